import type { Series } from '@/lib/telemetry/model';
import type { Panel } from '../catalogue/panel';
import type { PanelSeries } from '../contract';
import type { TimeGrid } from './time-grid';

/** A chart draws so many series; the export has all. */
export const MAX_CHART_SERIES = 30;
/** So many instants a value may be old to be the latest: the last step is often not scraped yet. */
const FRESH_STEPS = 3;
const MAX_NAME_LENGTH = 200;

/**
 * The series of an answer on the grid, a value or a gap at each instant. The one with the highest
 * value first. Pure.
 */
export function alignSeries(
  series: readonly Series[],
  grid: TimeGrid,
  groupBy: readonly string[],
): PanelSeries[] {
  const aligned = new Map<string, PanelSeries>();
  for (const { labels, points } of series) {
    const own = Object.fromEntries(groupBy.map((label) => [label, labels[label] ?? '']));
    // Two parts with the same labels, as from two sides of an `or`, are one series.
    const key = JSON.stringify(own);
    const values = aligned.get(key)?.values ?? new Array<number | null>(grid.count).fill(null);
    aligned.set(key, { name: seriesName(own, groupBy), labels: own, values });
    for (const { timeMs, value } of points) {
      const index = Math.round((timeMs - grid.startMs) / grid.stepMs);
      if (index >= 0 && index < grid.count) values[index] ??= value;
    }
  }
  return [...aligned.values()]
    .map((each) => ({ each, peak: peakValue(each.values) }))
    .toSorted((a, b) => b.peak - a.peak || a.each.name.localeCompare(b.each.name, 'en'))
    .map(({ each }) => each);
}

const peakValue = (values: readonly (number | null)[]): number =>
  values.reduce<number>((peak, value) => Math.max(peak, value ?? -Infinity), -Infinity);

/** The values of the labels that name a series; `all` where it has none of them. */
export const seriesName = (
  labels: Readonly<Record<string, string>>,
  groupBy: readonly string[],
): string =>
  groupBy
    .map((label) => labels[label] ?? '')
    .filter((value) => value !== '')
    .join(' ')
    .slice(0, MAX_NAME_LENGTH) || 'all';

/** The latest value of a series; null where it has ended. */
export const latestValue = (values: readonly (number | null)[]): number | null =>
  values.slice(-FRESH_STEPS).findLast((value) => value !== null) ?? null;

/** The series above the threshold at the end of the window, the worst first. */
export function findBreaches(
  series: readonly PanelSeries[],
  threshold: Panel['threshold'],
): { readonly name: string; readonly value: number }[] {
  if (!threshold) return [];
  return series
    .flatMap(({ name, values }) => {
      const value = latestValue(values);
      return value !== null && value > threshold.value ? [{ name, value }] : [];
    })
    .toSorted((a, b) => b.value - a.value);
}
