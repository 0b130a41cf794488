import type { Series } from '@/lib/telemetry/model';
import type { Panel } from '../catalogue/panel';
import type { Grid } from './range';
import type { HeatMap, PanelSeries } from '../contract';

/** Drawn at once; more is told by its number, and is in the export. */
export const MAX_DRAWN = 30;

/** The series of an answer on the grid: a value or a gap at each instant. The one with the highest value first. Pure. */
export function onGrid(
  series: readonly Series[],
  grid: Grid,
  by: readonly string[],
): PanelSeries[] {
  const framed = new Map<string, PanelSeries>();
  for (const { labels, points } of series) {
    const own = Object.fromEntries(by.map((label) => [label, labels[label] ?? '']));
    // What comes in two parts, as from two sides of an `or`, is one series.
    const key = JSON.stringify(own);
    const known = framed.get(key);
    const values = known?.values ?? new Array<number | null>(grid.count).fill(null);
    if (!known) framed.set(key, { name: nameOf(own, by), labels: own, values });
    for (const { timeMs, value } of points) {
      const index = Math.round((timeMs - grid.startMs) / grid.stepMs);
      if (index >= 0 && index < grid.count) values[index] ??= value;
    }
  }
  const most = new Map([...framed.values()].map((each) => [each, peakOf(each.values)]));
  return [...framed.values()].sort(
    (a, b) => most.get(b)! - most.get(a)! || (a.name < b.name ? -1 : 1),
  );
}

const peakOf = (values: readonly (number | null)[]): number =>
  values.reduce<number>(
    (peak, value) => (value !== null && value > peak ? value : peak),
    -Infinity,
  );

/** The values of the labels that name it; a series that has none is all there is. */
export const nameOf = (labels: Readonly<Record<string, string>>, by: readonly string[]): string =>
  by
    .map((label) => labels[label] ?? '')
    .filter((value) => value !== '')
    .join(' ')
    .slice(0, 200) || 'all';

/** So many instants a value may be old to be the present one: the last step is often not scraped yet. */
const FRESH_STEPS = 3;

/** The newest value of a series; null where it has ended. */
export function newest(values: readonly (number | null)[]): number | null {
  for (let index = values.length - 1; index >= Math.max(0, values.length - FRESH_STEPS); index -= 1)
    if (values[index] !== null) return values[index]!;
  return null;
}

/** The series beyond the threshold at the end of what is shown, the worst first. */
export function beyond(
  series: readonly PanelSeries[],
  threshold: Panel['threshold'],
): { readonly name: string; readonly value: number }[] {
  if (!threshold) return [];
  return series
    .flatMap(({ name, values }) => {
      const value = newest(values);
      return value !== null && value > threshold.value ? [{ name, value }] : [];
    })
    .sort((a, b) => b.value - a.value);
}

const QUANTILES = [0.5, 0.95, 0.99] as const;

/**
 * A heat map and its quantiles from the cumulative buckets of a histogram: for each instant how much fell into each bucket, and where
 * the median, the 95th and the 99th percentile lie. Pure.
 */
export function heatOf(
  series: readonly Series[],
  grid: Grid,
): { readonly heat: HeatMap; readonly lines: PanelSeries[] } {
  const buckets = onGrid(series, grid, ['le'])
    .map(({ labels, values }) => ({ bound: boundOf(labels.le!), values }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .sort((a, b) => a.bound - b.bound);
  const bounds = buckets.map(({ bound }) => bound);
  const counts = buckets.map(({ values }, index) =>
    values.map((value, at) =>
      value === null ? null : Math.max(0, value - (buckets[index - 1]?.values[at] ?? 0)),
    ),
  );
  const lines = QUANTILES.map((quantile) => ({
    name: `p${quantile * 100}`,
    labels: {},
    values: Array.from({ length: grid.count }, (_, at) =>
      quantileOf(
        quantile,
        bounds,
        buckets.map(({ values }) => values[at] ?? null),
      ),
    ),
  }));
  return {
    heat: {
      bounds: bounds.filter(Number.isFinite),
      counts: counts.slice(0, bounds.filter(Number.isFinite).length + 1),
    },
    lines: bounds.length ? lines : [],
  };
}

const boundOf = (le: string): number => (le === '+Inf' ? Infinity : Number(le === '' ? NaN : le));

/**
 * As `histogram_quantile` of Prometheus has it: linear within a bucket, from 0 in the first; the last finite bound for what lies beyond
 * it. `cumulative` holds a value a bound, ascending; the last bound must be infinite. Null where nothing was counted.
 */
export function quantileOf(
  quantile: number,
  bounds: readonly number[],
  cumulative: readonly (number | null)[],
): number | null {
  const total = cumulative.at(-1);
  if (
    total === null ||
    total === undefined ||
    total <= 0 ||
    bounds.at(-1) !== Infinity ||
    bounds.length < 2
  )
    return null;
  const rank = quantile * total;
  const index = cumulative.findIndex((value) => value !== null && value >= rank);
  if (index === bounds.length - 1 || index < 0) return bounds[bounds.length - 2]!;
  const [low, high] = [index === 0 ? Math.min(0, bounds[0]!) : bounds[index - 1]!, bounds[index]!];
  const [below, upTo] = [index === 0 ? 0 : (cumulative[index - 1] ?? 0), cumulative[index]!];
  return upTo === below ? high : low + (high - low) * ((rank - below) / (upTo - below));
}
