import styles from './page-state.module.css';

/** A page on its way: says what is loaded, in the place of what it replaces. */
export function PageLoading({ message }: { message: string }) {
  return (
    <main className={styles.loading} aria-busy>
      <div role="status">
        <h1>{message}</h1>
      </div>
      <div className={styles.skeleton} aria-hidden>
        <span />
        <span />
        <span />
      </div>
    </main>
  );
}
