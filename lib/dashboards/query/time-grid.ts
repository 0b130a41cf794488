import { msToNs, nsToMs, SECOND_MS, type EpochMs, type Window } from '@/lib/time/units';

/** Instants at which every series of a page has a value or a gap: `startMs + index * stepMs`. */
export interface TimeGrid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** Round steps; beyond the last, multiples of it. */
const STEP_SECONDS = [
  5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
];
/** A rate over four samples: one lost scrape makes no gap. */
const SAMPLES_PER_RATE = 4;
/** Over a shorter range, a share would be one of a handful of requests. */
const MIN_RATE_SECONDS = 60;

/**
 * Grids end at whole minutes, or whole steps where these are shorter: queried again within one,
 * every instant is the same.
 */
const ALIGNMENT_SECONDS = 60;

/**
 * A grid of at most `points` instants over the window, no finer than the metrics are scraped.
 * Counted back from its end, so that the newest instant is less than a minute old however long the
 * steps are.
 */
export function createGrid(window: Window, points: number, scrapeSeconds: number): TimeGrid {
  const [from, to] = [nsToMs(window.startNs), nsToMs(window.endNs)];
  const minSeconds = Math.max(scrapeSeconds, (to - from) / SECOND_MS / Math.max(1, points - 1));
  const last = STEP_SECONDS.at(-1)!;
  const step =
    STEP_SECONDS.find((each) => each >= minSeconds) ?? Math.ceil(minSeconds / last) * last;
  const stepMs = step * SECOND_MS;
  const alignedMs = Math.min(step, ALIGNMENT_SECONDS) * SECOND_MS;
  const endMs = Math.max(Math.ceil(from / alignedMs), Math.floor(to / alignedMs)) * alignedMs;
  const before = Math.max(0, Math.floor((endMs - from) / stepMs));
  return { startMs: endMs - before * stepMs, stepMs, count: before + 1 };
}

/** The range of a rate, in seconds: never shorter than a step, so that no sample is left out. */
export const rateRangeSeconds = (
  { stepMs }: Pick<TimeGrid, 'stepMs'>,
  scrapeSeconds: number,
): number => Math.max(MIN_RATE_SECONDS, SAMPLES_PER_RATE * scrapeSeconds, stepMs / SECOND_MS);

export const gridWindow = ({ startMs, stepMs, count }: TimeGrid): Window => ({
  startNs: msToNs(startMs),
  endNs: msToNs(startMs + (count - 1) * stepMs),
});

export const instantAt = ({ startMs, stepMs }: TimeGrid, index: number): EpochMs =>
  (startMs + index * stepMs) as EpochMs;
