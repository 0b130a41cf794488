import styles from './ui.module.css';

const STRIPES = 6;

/** Services are told apart by their name and a stripe beside it; the sixth and later repeat. */
export function stripeColour(service: string, services: readonly string[]): string {
  const index = services.indexOf(service);
  return `var(--stripe-${(index < 0 ? 4 : index) % STRIPES})`;
}

export function Stripe({ service, services }: { service: string; services: readonly string[] }) {
  return <span className={styles.stripe} style={{ background: stripeColour(service, services) }} aria-hidden />;
}
