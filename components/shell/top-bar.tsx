import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatCount } from '@/lib/time/format';
import { KeySheet } from './key-sheet';
import { SignOut } from './sign-out';
import { ThemeToggle } from './theme-toggle';
import styles from '@/components/ui/ui.module.css';

/** One request through everything it touched. */
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

export function TopBar({
  current,
  user,
  alerts,
  search,
}: {
  current: 'requests' | 'dashboards' | 'alerts' | 'sources';
  user: string;
  alerts: number | null;
  search?: ReactNode;
}) {
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.brand} aria-label="Throughline, home">
        <Mark />
        <span className={styles.brandName}>Throughline</span>
      </Link>
      <nav className={styles.nav} aria-label="Main">
        <Link
          href="/"
          className={styles.hideSmall}
          aria-current={current === 'requests' ? 'page' : undefined}
        >
          Requests
        </Link>
        <Link
          href="/dashboards/application"
          aria-current={current === 'dashboards' ? 'page' : undefined}
        >
          Dashboards
        </Link>
        <Link href="/alerts" aria-current={current === 'alerts' ? 'page' : undefined}>
          Alerts{alerts ? <b className={styles.alertCount}> {formatCount(alerts)}</b> : null}
        </Link>
        <Link
          href="/sources"
          className={styles.hideSmall}
          aria-current={current === 'sources' ? 'page' : undefined}
        >
          Sources
        </Link>
      </nav>
      <div className={styles.barSearch}>{search}</div>
      <div className={styles.tools}>
        <KeySheet />
        <ThemeToggle />
        <SignOut name={user} />
      </div>
    </header>
  );
}
