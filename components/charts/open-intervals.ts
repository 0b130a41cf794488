// Pure: runs in browsers too.
import type { ChartEpisode } from './chart-model';

interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When each episode was open; one that still is ends at `untilMs`. */
export const openIntervals = (episodes: readonly ChartEpisode[], untilMs: number): Interval[] =>
  episodes.map(({ startedAt, resolvedAt }) => ({
    fromMs: Date.parse(startedAt),
    toMs: resolvedAt === null ? untilMs : Date.parse(resolvedAt),
  }));

/** Intervals that do not overlap, in order: a band is no darker where several alerts were open. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const interval of intervals.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || interval.fromMs > last.toMs) merged.push(interval);
    else merged[merged.length - 1] = { ...last, toMs: Math.max(last.toMs, interval.toMs) };
  }
  return merged;
}
