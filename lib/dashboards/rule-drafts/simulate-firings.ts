import type { Series } from '@/lib/telemetry/model';
import { SECOND_MS } from '@/lib/time/units';
import { seriesName } from '../query/aligned-series';
import { instantAt, type TimeGrid } from '../query/time-grid';
import type { RuleInput } from './rule-input';

export interface FiringInterval {
  readonly series: string;
  readonly fromMs: number;
  /** Null where it still fires at the end. */
  readonly toMs: number | null;
}

type Condition = Pick<RuleInput, 'threshold' | 'direction' | 'holdSeconds'>;

/** Instants of a grid during which a condition holds: `from <= i < until`. */
interface HoldingRun {
  readonly from: number;
  /** Undefined where it still holds at the end. */
  readonly until: number | undefined;
}

/**
 * When a rule would have fired: from when its condition had held for `holdSeconds` until it held no
 * longer, by the instants of the grid. A gap ends it, as an empty answer does for Prometheus. The
 * earliest first. Pure.
 */
export function simulateFirings(
  series: readonly Series[],
  grid: TimeGrid,
  groupBy: readonly string[],
  condition: Condition,
): FiringInterval[] {
  return series
    .flatMap(({ labels, points }) => {
      const name = seriesName(labels, groupBy);
      const values = new Array<number | null>(grid.count).fill(null);
      for (const { timeMs, value } of points)
        values[Math.round((timeMs - grid.startMs) / grid.stepMs)] = value;
      return holdingRuns(values.slice(0, grid.count), condition).flatMap(
        (run) => firingOf(run, grid, name, condition.holdSeconds) ?? [],
      );
    })
    .toSorted((a, b) => a.fromMs - b.fromMs);
}

function holdingRuns(values: readonly (number | null)[], condition: Condition): HoldingRun[] {
  const runs: HoldingRun[] = [];
  let from: number | undefined;
  for (const [index, value] of values.entries()) {
    if (isBreach(value, condition)) {
      from ??= index;
    } else if (from !== undefined) {
      runs.push({ from, until: index });
      from = undefined;
    }
  }
  if (from !== undefined) runs.push({ from, until: undefined });
  return runs;
}

function isBreach(value: number | null, { threshold, direction }: Condition): boolean {
  if (value === null) return false;
  return direction === 'above' ? value > threshold : value < threshold;
}

/** Undefined where the condition did not hold for long enough. */
function firingOf(
  { from, until }: HoldingRun,
  grid: TimeGrid,
  series: string,
  holdSeconds: number,
): FiringInterval | undefined {
  const fromMs = instantAt(grid, from) + holdSeconds * SECOND_MS;
  if (until === undefined)
    return fromMs <= instantAt(grid, grid.count - 1) ? { series, fromMs, toMs: null } : undefined;
  const toMs = instantAt(grid, until);
  return fromMs < toMs ? { series, fromMs, toMs } : undefined;
}
