// Pure: runs in browsers too.
import { hasChildren, type WaterfallRow } from './rows';
import { nextFailed, NO_POSITION, type SpanTable } from './span-table';

const PAGE_ROWS = 15;
export const ZOOM_IN = 0.5;
export const ZOOM_OUT = 2;

/** What a key does in the waterfall. */
export type KeyCommand =
  | { readonly type: 'focus-row'; readonly index: number }
  | { readonly type: 'focus-span'; readonly position: number }
  | { readonly type: 'select'; readonly position: number; readonly reveal: boolean }
  | { readonly type: 'toggle'; readonly key: string; readonly open: boolean }
  | { readonly type: 'close-details' }
  /** `null` is the whole request. */
  | { readonly type: 'zoom'; readonly factor: number | null }
  | { readonly type: 'toggle-clock' }
  | { readonly type: 'copy-link' };

export interface KeyState {
  readonly rows: readonly WaterfallRow[];
  readonly table: SpanTable;
  readonly collapsed: ReadonlySet<string>;
  readonly culprit: number;
  /** Index of the row that has the focus. */
  readonly focused: number;
}

type Result = KeyCommand | undefined;

/** Undefined for a key that does nothing here; it is left to the browser. */
export function keyCommand(key: string, state: KeyState): Result {
  switch (key) {
    case 'ArrowDown':
      return focusRow(state.focused + 1);
    case 'ArrowUp':
      return focusRow(state.focused - 1);
    case 'PageDown':
      return focusRow(state.focused + PAGE_ROWS);
    case 'PageUp':
      return focusRow(state.focused - PAGE_ROWS);
    case 'Home':
      return focusRow(0);
    case 'End':
      return focusRow(state.rows.length - 1);
    case 'ArrowLeft':
      return collapseOrLeave(state);
    case 'ArrowRight':
      return expandOrEnter(state);
    case 'Enter':
      return open(state);
    case 'Escape':
      return { type: 'close-details' };
    case 'e':
      return select(nextFailed(state.table, focusedPosition(state), 1));
    case 'E':
      return select(nextFailed(state.table, focusedPosition(state), -1));
    case 'c':
      return select(state.culprit);
    case ']':
      return nextLane(state, 1);
    case '[':
      return nextLane(state, -1);
    case '+':
    case '=':
      return { type: 'zoom', factor: ZOOM_IN };
    case '-':
      return { type: 'zoom', factor: ZOOM_OUT };
    case '0':
      return { type: 'zoom', factor: null };
    case 'r':
      return { type: 'toggle-clock' };
    case 'y':
      return { type: 'copy-link' };
    default:
      return undefined;
  }
}

const focusRow = (index: number): KeyCommand => ({ type: 'focus-row', index });

const select = (position: number): Result =>
  position === NO_POSITION ? undefined : { type: 'select', position, reveal: true };

function focusedPosition({ rows, focused }: KeyState): number {
  const row = rows[focused];
  return row?.kind === 'span' ? row.position : NO_POSITION;
}

/** The key under which the focused row collapses; undefined for one that has nothing below it. */
function collapsibleKey({ rows, table, focused }: KeyState): string | undefined {
  const row = rows[focused];
  if (row?.kind === 'lane') return row.key;
  if (row?.kind === 'span' && hasChildren(table, row.position)) return row.key;
  return undefined;
}

function collapseOrLeave(state: KeyState): Result {
  const key = collapsibleKey(state);
  if (key !== undefined && !state.collapsed.has(key)) return { type: 'toggle', key, open: false };
  const position = focusedPosition(state);
  const parent = position === NO_POSITION ? NO_POSITION : state.table.parent[position]!;
  return parent === NO_POSITION ? undefined : { type: 'focus-span', position: parent };
}

function expandOrEnter(state: KeyState): Result {
  const key = collapsibleKey(state);
  if (key !== undefined && state.collapsed.has(key)) return { type: 'toggle', key, open: true };
  return focusRow(state.focused + 1);
}

function open(state: KeyState): Result {
  const position = focusedPosition(state);
  if (position !== NO_POSITION) return { type: 'select', position, reveal: false };
  const key = collapsibleKey(state);
  return key === undefined ? undefined : { type: 'toggle', key, open: state.collapsed.has(key) };
}

function nextLane({ rows, focused }: KeyState, step: 1 | -1): Result {
  let index = focused + step;
  while (index >= 0 && index < rows.length) {
    if (rows[index]!.kind === 'lane') return focusRow(index);
    index += step;
  }
  return undefined;
}
