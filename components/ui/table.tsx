import type { ReactNode } from 'react';
import styles from './ui.module.css';

/** A table on a card; `label` is the id of the heading that names it, or the name itself. */
export function Table({
  labelledBy,
  label,
  head,
  children,
}: {
  labelledBy?: string;
  label?: string;
  head?: readonly string[];
  children: ReactNode;
}) {
  return (
    <div className={styles.card}>
      <table className={styles.table} aria-labelledby={labelledBy} aria-label={label}>
        {head && (
          <thead>
            <tr>
              {head.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
