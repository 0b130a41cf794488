import type { ReactNode } from 'react';
import type { Position } from './bar-position';
import styles from './waterfall.module.css';

const INDENT = 14;
const FIRST_INDENT = 8;

/** Where a row stands among the rows; the same for every kind of row. */
export interface RowPlace {
  readonly index: number;
  /** Pixels from the top of all rows. */
  readonly top: number;
  /** One row of the waterfall is in the order of tabs; arrows move between them. */
  readonly tabIndex: 0 | -1;
}

interface Props {
  readonly place: RowPlace;
  readonly label: string;
  readonly name: ReactNode;
  /** What is drawn on the time axis. */
  readonly children: ReactNode;
  readonly level: number;
  readonly depth?: number;
  readonly expanded?: boolean | undefined;
  readonly selected?: boolean;
  readonly className?: string | undefined;
}

/**
 * A row: its name at the left, its part of the time axis at the right. The waterfall hears its
 * clicks and keys.
 */
export function RowFrame({
  place,
  label,
  name,
  children,
  level,
  depth = 0,
  expanded,
  selected,
  className = '',
}: Props) {
  return (
    <div
      role="row"
      className={`${styles.row} ${className}`}
      style={{ transform: `translateY(${place.top}px)` }}
      data-index={place.index}
      tabIndex={place.tabIndex}
      aria-rowindex={place.index + 1}
      aria-level={level}
      aria-expanded={expanded}
      aria-selected={selected}
      aria-label={label}
    >
      <div role="rowheader" className={styles.name} style={{ paddingLeft: indentOf(depth) }}>
        {name}
      </div>
      <div role="gridcell" className={styles.track} data-track>
        {children}
      </div>
    </div>
  );
}

const indentOf = (depth: number): number => FIRST_INDENT + depth * INDENT;

/** Text beside a bar. */
export function BarText({
  position,
  children,
}: {
  position: Position | undefined;
  children: ReactNode;
}) {
  return (
    <span className={styles.barText} style={position}>
      {children}
    </span>
  );
}

/** Expands and collapses; `open` is undefined for a row with nothing below it. */
export function ExpandToggle({ open, what }: { open?: boolean | undefined; what?: string }) {
  if (open === undefined) return <span className={styles.expandToggle} aria-hidden />;
  return (
    <button
      type="button"
      className={styles.expandToggle}
      tabIndex={-1}
      aria-label={`${open ? 'Collapse' : 'Expand'} ${what}`}
      data-expand-toggle
    >
      {open ? '▾' : '▸'}
    </button>
  );
}
