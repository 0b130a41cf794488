import styles from './ui.module.css';

export const STRIPES = 6;

/** Services are told apart by their name and a stripe beside it; the sixth and later repeat. */
export function stripeColour(service: string, services: readonly string[]): string {
  const index = services.indexOf(service);
  return stripeAt(index < 0 ? 4 : index);
}

export const stripeAt = (slot: number): string => `var(--stripe-${slot % STRIPES})`;

export function Stripe({ service, services }: { service: string; services: readonly string[] }) {
  return (
    <span
      className={styles.stripe}
      style={{ background: stripeColour(service, services) }}
      aria-hidden
    />
  );
}
