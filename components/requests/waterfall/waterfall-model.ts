// Pure: runs in browsers too.
import type { LogRow } from '@/lib/requests/contract';
import type { Axis } from '@/lib/requests/view/axis';
import type { WaterfallRow } from './rows';
import type { SpanTable } from './span-table';

/**
 * What the rows of the waterfall are drawn from. The same object as long as nothing in it changes.
 */
export interface WaterfallModel {
  readonly table: SpanTable;
  readonly rows: readonly WaterfallRow[];
  readonly axis: Axis;
  readonly services: readonly string[];
  readonly laneCount: number;
  /** Position of the span that the verdict points at, or `NO_POSITION`. */
  readonly culprit: number;
  /** Keys of the rows that are collapsed. */
  readonly collapsed: ReadonlySet<string>;
  readonly logsBySpan: ReadonlyMap<string, readonly LogRow[]>;
  readonly clock: 'adjusted' | 'raw';
}

/** What a person does in the waterfall. */
export interface WaterfallActions {
  readonly select: (position: number) => void;
  readonly closeDetails: () => void;
  readonly toggle: (key: string, open: boolean) => void;
  /** `null` is the whole request. */
  readonly zoom: (factor: number | null) => void;
  readonly toggleClock: () => void;
  readonly copyLink: () => void;
  /** Tells which spans are on the screen. */
  readonly showPositions: (positions: readonly number[]) => void;
}

export function logsBySpan(logs: readonly LogRow[]): ReadonlyMap<string, readonly LogRow[]> {
  const found = new Map<string, LogRow[]>();
  for (const log of logs) {
    if (log.span === null) continue;
    const known = found.get(log.span);
    if (known) known.push(log);
    else found.set(log.span, [log]);
  }
  return found;
}
