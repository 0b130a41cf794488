import type { Series } from '@/lib/telemetry/model';
import type { HeatMap, PanelSeries } from '../contract';
import { alignSeries } from './aligned-series';
import type { TimeGrid } from './time-grid';

const QUANTILES = [0.5, 0.95, 0.99] as const;

/** One bucket of a histogram: at each instant how much lies at or below its upper bound. */
interface CumulativeBucket {
  readonly bound: number;
  readonly values: readonly (number | null)[];
}

/**
 * A heat map and its quantiles from the cumulative buckets of a histogram: for each instant how
 * much fell into each bucket, and the median, the 95th and the 99th percentile. Pure.
 */
export function toHeatMap(
  series: readonly Series[],
  grid: TimeGrid,
): { readonly heat: HeatMap; readonly lines: PanelSeries[] } {
  const buckets = alignSeries(series, grid, ['le'])
    .map(({ labels, values }) => ({ bound: parseBound(labels.le!), values }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .toSorted((a, b) => a.bound - b.bound);
  const bounds = buckets.map(({ bound }) => bound);
  const finite = bounds.filter(Number.isFinite);
  return {
    heat: {
      bounds: finite,
      counts: buckets
        .map(({ values }, index) => ownCounts(values, buckets[index - 1]))
        .slice(0, finite.length + 1),
    },
    lines: buckets.length > 0 ? quantileLines(buckets, bounds, grid) : [],
  };
}

/** What fell into a bucket and not into the one below it. */
const ownCounts = (
  values: readonly (number | null)[],
  below: CumulativeBucket | undefined,
): (number | null)[] =>
  values.map((value, instant) =>
    value === null ? null : Math.max(0, value - (below?.values[instant] ?? 0)),
  );

function quantileLines(
  buckets: readonly CumulativeBucket[],
  bounds: readonly number[],
  grid: TimeGrid,
): PanelSeries[] {
  const columns = Array.from({ length: grid.count }, (_, instant) =>
    buckets.map(({ values }) => values[instant] ?? null),
  );
  return QUANTILES.map((quantile) => ({
    name: `p${quantile * 100}`,
    labels: {},
    values: columns.map((cumulative) => histogramQuantile(quantile, bounds, cumulative)),
  }));
}

function parseBound(le: string): number {
  if (le === '+Inf') return Infinity;
  return le === '' ? NaN : Number(le);
}

/**
 * As `histogram_quantile` of Prometheus computes it: linear within a bucket, from 0 in the first;
 * the last finite bound for what lies beyond it. Null where nothing was counted.
 * @param bounds ascending; the last must be infinite
 * @param cumulative one value a bound
 */
export function histogramQuantile(
  quantile: number,
  bounds: readonly number[],
  cumulative: readonly (number | null)[],
): number | null {
  const total = cumulative.at(-1) ?? 0;
  if (total <= 0 || bounds.length < 2 || bounds.at(-1) !== Infinity) return null;
  const rank = quantile * total;
  const index = cumulative.findIndex((value) => value !== null && value >= rank);
  if (index === bounds.length - 1 || index < 0) return bounds.at(-2)!;
  const upper = bounds[index]!;
  const lower = index === 0 ? Math.min(0, upper) : bounds[index - 1]!;
  const countUpTo = cumulative[index]!;
  const countBelow = index === 0 ? 0 : (cumulative[index - 1] ?? 0);
  if (countUpTo === countBelow) return upper;
  return lower + (upper - lower) * ((rank - countBelow) / (countUpTo - countBelow));
}
