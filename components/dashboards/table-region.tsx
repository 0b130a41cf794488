import type { ReactNode } from 'react';
import styles from './dashboards.module.css';

interface Props {
  /** The title of the panel. */
  readonly title: string;
  readonly children: ReactNode;
}

/** A table that scrolls within its panel, with a keyboard too. */
export const TableRegion = ({ title, children }: Props) => (
  <div className={styles.scroll} tabIndex={0} role="region" aria-label={`${title} as a table`}>
    {children}
  </div>
);
