import Link from 'next/link';
import type { ReactNode } from 'react';
import styles from './list-section.module.css';

/** A titled list of rows on one card; `id` names its heading, `note` stands beside it. */
export function ListSection({
  id,
  title,
  note,
  children,
}: {
  id: string;
  title: string;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.section} aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>
        {title} <small>{note}</small>
      </h2>
      <div className={styles.list} data-testid={id}>
        {children}
      </div>
    </section>
  );
}

/** A row that leads somewhere; `className` lays out its columns. */
export function LinkRow({
  href,
  className,
  children,
}: {
  href: string;
  className: string | undefined;
  children: ReactNode;
}) {
  return (
    <Link href={href} prefetch={false} className={`${styles.row} ${className}`}>
      {children}
    </Link>
  );
}
