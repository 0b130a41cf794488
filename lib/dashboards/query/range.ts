import { msToNs, nsToMs, SECOND_MS, type EpochMs, type Window } from '@/lib/time/units';

/** Instants at which every series of a page has a value or a gap: `startMs + index * stepMs`. */
export interface Grid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** Steps that people can name, in seconds; beyond the last, multiples of it. */
const STEPS = [
  5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
];
/** A rate needs four samples, so that one lost scrape makes no gap. */
const SAMPLES_OF_A_RATE = 4;
/** Over less, a handful of requests is a share. */
const LEAST_RATE_SECONDS = 60;

/** Grids end at whole minutes, or whole steps where these are shorter: asked again within one, every instant is the same. */
const ALIGNED_SECONDS = 60;

/**
 * A grid of at most `points` instants over the window, no finer than the metrics are scraped. Counted back from its end, so that the
 * newest instant is less than a minute old however long the steps are.
 */
export function gridOver(window: Window, points: number, scrapeSeconds: number): Grid {
  const [from, to] = [nsToMs(window.startNs), nsToMs(window.endNs)];
  const least = Math.max(scrapeSeconds, (to - from) / SECOND_MS / Math.max(1, points - 1));
  const last = STEPS.at(-1)!;
  const step = STEPS.find((each) => each >= least) ?? Math.ceil(least / last) * last;
  const stepMs = step * SECOND_MS;
  const alignedMs = Math.min(step, ALIGNED_SECONDS) * SECOND_MS;
  const endMs = Math.max(Math.ceil(from / alignedMs), Math.floor(to / alignedMs)) * alignedMs;
  const before = Math.max(0, Math.floor((endMs - from) / stepMs));
  return { startMs: endMs - before * stepMs, stepMs, count: before + 1 };
}

/** Over how long a rate is taken, in seconds: every sample of a step is in it. */
export const rateSeconds = ({ stepMs }: Pick<Grid, 'stepMs'>, scrapeSeconds: number): number =>
  Math.max(LEAST_RATE_SECONDS, SAMPLES_OF_A_RATE * scrapeSeconds, stepMs / SECOND_MS);

export const windowOf = ({ startMs, stepMs, count }: Grid): Window => ({
  startNs: msToNs(startMs),
  endNs: msToNs(startMs + (count - 1) * stepMs),
});

export const timeAt = ({ startMs, stepMs }: Grid, index: number): EpochMs =>
  (startMs + index * stepMs) as EpochMs;
