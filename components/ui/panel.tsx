import type { ReactNode } from 'react';
import styles from './ui.module.css';

/**
 * The one wrapper of panels: what is on its way, missing, or broken says so in words, at the height
 * of what it replaces.
 */
export function Panel({
  state,
  message,
  action,
  height,
  children,
}: {
  state: 'loading' | 'empty' | 'failed' | 'ready';
  message?: ReactNode;
  action?: ReactNode;
  height?: number | string;
  children?: ReactNode;
}) {
  if (state === 'ready') return children;
  return (
    <div className={styles.message} style={{ minHeight: height }} data-state={state}>
      <div>{message}</div>
      {action}
    </div>
  );
}
