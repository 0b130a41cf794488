import type { ReactNode } from 'react';
import ui from '@/components/ui/ui.module.css';
import styles from './page-state.module.css';

export interface PageLink {
  readonly href: string;
  readonly title: string;
}

/**
 * A page that has nothing else to show: what happened, why, and where to go. Its links load a whole
 * page: what failed is left behind, and no page pays for a router it does not use.
 */
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
          <a key={link.href} href={link.href} className={ui.button}>
            {link.title}
          </a>
        ))}
      </div>
    </main>
  );
}
