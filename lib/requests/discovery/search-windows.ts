import { epochNs, HOUR_MS, MINUTE_MS, msToNs, type EpochMs, type Window } from '@/lib/time/units';

const STEPS_MS = [15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];
/** Around the time an id carries: clocks differ, and queues wait. */
const BEFORE_HINT_MS = 5 * MINUTE_MS;
const AFTER_HINT_MS = HOUR_MS;
/** Clocks of the cluster may run ahead of ours. */
const AHEAD_MS = 5 * MINUTE_MS;
const LONGEST_MS = 167 * HOUR_MS;

/**
 * The slices of time to search, most promising first: around the time hidden in the id, then
 * backwards in ever larger steps (15 m, 1 h, 6 h, 24 h, the limit). Slices do not overlap and leave
 * no gap, so nothing is found twice and nothing missed.
 *
 *     hint known:      [ 5 ][ 4 ][hint][ 3 ][ 2 ][1]|now
 *     hint unknown:    [    5    ][   4   ][ 3 ][ 2 ][1]|now
 */
export function searchWindows(now: EpochMs, limitDays: number, hint?: EpochMs): Window[] {
  const limit = limitDays * 24 * HOUR_MS;
  const steps = [...STEPS_MS.filter((step) => step < limit), limit];
  const edges = [now + AHEAD_MS, ...steps.map((step) => now - step)];
  const slices = edges.slice(1).flatMap((from, index) => newestFirstPieces(from, edges[index]!));
  if (hint === undefined) return slices;
  const hinted: Window = {
    startNs: msToNs(hint - BEFORE_HINT_MS),
    endNs: msToNs(Math.min(hint + AFTER_HINT_MS, now + AHEAD_MS)),
  };
  if (hinted.endNs <= hinted.startNs) return slices;
  return [hinted, ...slices.flatMap((slice) => subtractWindow(slice, hinted))];
}

/** The same reach at once, for a source that was quick the last time. */
export function wholeReachWindows(now: EpochMs, limitDays: number, hint?: EpochMs): Window[] {
  const oldest = now - limitDays * 24 * HOUR_MS;
  if (hint !== undefined && hint < oldest) return searchWindows(now, limitDays, hint);
  return newestFirstPieces(oldest, now + AHEAD_MS);
}

/**
 * Newest first, none longer than Tempo takes in one question (168 h, which is the default reach
 * without what clocks may be ahead).
 */
function newestFirstPieces(from: number, to: number): Window[] {
  const found: Window[] = [];
  for (let end = to; end > from; end -= LONGEST_MS)
    found.push({ startNs: msToNs(Math.max(from, end - LONGEST_MS)), endNs: msToNs(end) });
  return found;
}

/** The same reach in one window, for a source that has an index. */
export function indexedWindow(now: EpochMs, limitDays: number, hint?: EpochMs): Window {
  return {
    startNs: msToNs(Math.min(now - limitDays * 24 * HOUR_MS, (hint ?? now) - BEFORE_HINT_MS)),
    endNs: msToNs(now + AHEAD_MS),
  };
}

function subtractWindow(slice: Window, taken: Window): Window[] {
  if (taken.endNs <= slice.startNs || taken.startNs >= slice.endNs) return [slice];
  const parts: Window[] = [];
  if (taken.endNs < slice.endNs) parts.push({ startNs: epochNs(taken.endNs), endNs: slice.endNs });
  if (taken.startNs > slice.startNs)
    parts.push({ startNs: slice.startNs, endNs: epochNs(taken.startNs) });
  return parts;
}
