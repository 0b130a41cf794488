/** The cumulative count of a histogram up to a bound, in seconds. */
export interface Bucket {
  readonly upTo: number;
  readonly count: number;
}

/** So near is a bound of the histogram to the threshold that it stands for it. */
const SAME_BOUND = 0.05;

/**
 * How many of a histogram's observations took longer than a threshold. Counted at the bound that is
 * nearest to it; between two bounds taken to be even, as `histogram_quantile` does. Pure.
 * @returns undefined where there is no bucket for all
 */
export function countSlower(
  buckets: readonly Bucket[],
  thresholdSeconds: number,
): { slow: number; total: number; boundSeconds: number } | undefined {
  const sorted = buckets.toSorted((a, b) => a.upTo - b.upTo);
  const last = sorted.at(-1);
  if (!last || Number.isFinite(last.upTo)) return undefined;
  const total = last.count;
  const near = sorted.find(
    ({ upTo }) => Math.abs(upTo - thresholdSeconds) <= SAME_BOUND * thresholdSeconds,
  );
  if (near) return { slow: Math.max(0, total - near.count), total, boundSeconds: near.upTo };
  const above = sorted.findIndex(({ upTo }) => upTo > thresholdSeconds);
  const below = sorted[above - 1] ?? { upTo: 0, count: 0 };
  const next = sorted[above]!;
  // Beyond its last bound a histogram knows no more.
  const share = Number.isFinite(next.upTo)
    ? (thresholdSeconds - below.upTo) / (next.upTo - below.upTo)
    : 0;
  const quicker = below.count + share * (next.count - below.count);
  const boundSeconds = Number.isFinite(next.upTo) ? thresholdSeconds : below.upTo;
  return { slow: Math.max(0, total - quicker), total, boundSeconds };
}
