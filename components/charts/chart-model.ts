// Pure: runs in browsers too.
import type { Crosshair } from '@/components/ui/crosshair';

/** The instants of every series of a page: `startMs + index * stepMs`. */
export interface ChartGrid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

export interface ChartSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** One an instant of the grid; null is a gap. */
  readonly values: readonly (number | null)[];
}

/** A single request, at its time and duration in seconds. */
export interface Exemplar {
  readonly timeMs: number;
  readonly value: number;
  readonly traceId: string;
}

/** A change of the cluster; rollouts are marked. */
export interface ChartChange {
  readonly at: string;
  readonly kind: string;
  readonly object: string;
}

/** When an alert was open. */
export interface ChartEpisode {
  readonly name: string;
  readonly startedAt: string;
  readonly resolvedAt: string | null;
}

/** What all charts of a page have in common. */
export interface ChartFrame {
  readonly grid: ChartGrid;
  readonly fromMs: number;
  readonly toMs: number;
  readonly changes: readonly ChartChange[];
  readonly episodes: readonly ChartEpisode[];
  readonly crosshair: Crosshair;
  /** A time was dragged over. */
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

export const instantMs = ({ startMs, stepMs }: ChartGrid, index: number): number =>
  startMs + index * stepMs;

/** The index of the instant nearest to a time; it always exists. */
export function nearestInstant(grid: ChartGrid, atMs: number): number {
  const index = Math.round((atMs - grid.startMs) / grid.stepMs);
  return Math.min(grid.count - 1, Math.max(0, index));
}

/** Where a time lies on the axis: 0 at its start, 1 at its end. */
export const positionOf = (
  { fromMs, toMs }: Pick<ChartFrame, 'fromMs' | 'toMs'>,
  atMs: number,
): number => (atMs - fromMs) / (toMs - fromMs);

/** Fewer points than make a line are drawn as dots. */
export const isSparse = (values: readonly (number | null)[]): boolean =>
  values.filter((value) => value !== null).length < 3;
