import styles from './ui.module.css';

/** The mark of the product: one request through everything it touched. */
export function Mark() {
  return (
    <svg
      className={styles.mark}
      viewBox="0 0 26 12"
      aria-hidden
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
    >
      <path d="M0 6h3m6 0h2m4 0h2m6 0h3" />
      <circle cx="6" cy="6" r="3" />
      <circle cx="13" cy="6" r="3" fill="currentColor" />
      <circle cx="20" cy="6" r="3" />
    </svg>
  );
}
