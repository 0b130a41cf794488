import Link from 'next/link';
import type { ReactNode } from 'react';
import ui from '@/components/ui/ui.module.css';
import styles from './page-state.module.css';

export interface PageLink {
  readonly href: string;
  readonly title: string;
}

/** A page that has nothing else to show: what happened, why, and where to go. */
export function PageMessage({
  title,
  children,
  links,
  action,
}: {
  title: string;
  children?: ReactNode;
  links: readonly PageLink[];
  action?: ReactNode;
}) {
  return (
    <main className={styles.message}>
      <h1>{title}</h1>
      {children}
      <div className={styles.actions}>
        {action}
        {links.map((link) => (
          <Link key={link.href} href={link.href} className={ui.button}>
            {link.title}
          </Link>
        ))}
      </div>
    </main>
  );
}
