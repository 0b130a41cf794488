// Pure: runs in browsers too.

/** How much fell into each bucket of a histogram at each instant. */
export interface HeatMap {
  /** Upper bounds of the buckets in seconds, ascending; one more bucket has none. */
  readonly bounds: readonly number[];
  /** By bucket and instant; null is a gap. */
  readonly counts: readonly (readonly (number | null)[])[];
}

/** A logarithmic scale over the buckets that hold something. */
export interface HeatScale {
  readonly low: number;
  readonly high: number;
}

export function heatScale({ bounds, counts }: HeatMap): HeatScale {
  const used = counts.flatMap((row, bucket) =>
    row.some((count) => Number(count) > 0) ? [bucket] : [],
  );
  return {
    low: lowerBound(bounds, used[0] ?? 0),
    high: upperBound(bounds, used.at(-1) ?? Math.max(0, counts.length - 1)),
  };
}

/** Where a duration lies on the scale: 0 at the bottom, 1 at the top. */
export const heightOn = ({ low, high }: HeatScale, value: number): number =>
  Math.log(Math.max(value, low) / low) / Math.log(high / low);

/**
 * The first bucket begins at zero, which no logarithm has: half of its upper bound stands for it.
 */
export const lowerBound = (bounds: readonly number[], bucket: number): number =>
  bounds[bucket - 1] ?? (bounds[0] ?? 0.001) / 2;
/** The last bucket has no upper bound: twice its lower one stands for it. */
export const upperBound = (bounds: readonly number[], bucket: number): number =>
  bounds[bucket] ?? (bounds.at(-1) ?? 1) * 2;

const ROUND_TICKS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

/** Round durations within the scale; its ends where there is none. */
export function heatTicks({ low, high }: HeatScale): number[] {
  const ticks = ROUND_TICKS.filter((tick) => tick >= low && tick <= high);
  return ticks.length > 0 ? ticks : [low, high];
}
