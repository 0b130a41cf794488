import { epochMs, type EpochMs } from '@/lib/time/units';

/**
 * Which episodes a series had, from the start and end times that its source reported, in whatever
 * order the reports arrived.
 *
 * A source reports "fires since S" and "fired from S until E". For every S the latest reported E is
 * kept (a maximum), so that repeated and reordered reports change nothing. Episodes follow from
 * those times alone:
 *
 *     reported:  S1 ├────┤E1            S2 ├────┤E2    S3 ├──
 *     episodes:     [────]                 [────]         [──  open
 *
 * - Closed intervals that overlap are one: members of a cluster differ in their clocks.
 * - A start without an end lasts until the next closed interval, of which it then is a part: its
 *   own end was lost, or is still to come.
 * - A start inside a closed interval opens nothing: its report came late, or the alert came back
 *   with the start it had before (a lease of Prometheus that lapsed). Which of the two, only the
 *   source can tell: `isUnconfirmed` says when to ask, `reopenLastInterval` keeps the answer.
 *
 * Why not by order of arrival: docs/adr/0010.
 */
export interface Firing {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
}

/** Stored with its series as JSON. */
export interface FiringTimeline {
  readonly firings: readonly Firing[];
  /** Ends that the source took back. */
  readonly reopened: readonly EpochMs[];
  /** Earlier starts were dropped: reported again, they change nothing. */
  readonly forgottenBefore: EpochMs | null;
}

export const EMPTY_TIMELINE: FiringTimeline = { firings: [], reopened: [], forgottenBefore: null };

/** An episode on the timeline. */
export interface Interval extends Firing {
  /** The latest start that was reported within it. */
  readonly lastStartMs: EpochMs;
}

interface ClosedInterval {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}

const MAX_CLOSED = 12;
const MAX_OPEN = 16;
const MAX_REOPENED = 8;

/** The timeline with one more report. Neither order nor repetition of calls changes the result. */
export function addFiring(timeline: FiringTimeline, firing: Firing): FiringTimeline {
  const { firings, forgottenBefore } = timeline;
  if (forgottenBefore !== null && firing.startMs < forgottenBefore) return timeline;
  const known = firings.find(({ startMs }) => startMs === firing.startMs);
  const end = firing.endMs === null ? null : later(firing.endMs, firing.startMs);
  const merged: Firing = {
    startMs: firing.startMs,
    endMs: laterOrOnly(known?.endMs ?? null, end),
  };
  return compact({ ...timeline, firings: [...firings.filter((each) => each !== known), merged] });
}

/** The source has the alert still, or again, though its last interval had ended. */
export function reopenLastInterval(timeline: FiringTimeline): FiringTimeline {
  const last = episodeIntervals(timeline).at(-1);
  if (!last || last.endMs === null) return timeline;
  const ends = new Set([...timeline.reopened, last.endMs]);
  return { ...timeline, reopened: [...ends].toSorted(ascending).slice(-MAX_REOPENED) };
}

/** The source has the alert no more: an open interval ends. */
export function closeOpenInterval(timeline: FiringTimeline, atMs: EpochMs): FiringTimeline {
  const last = episodeIntervals(timeline).at(-1);
  if (!last || last.endMs !== null) return timeline;
  return addFiring(timeline, { startMs: last.startMs, endMs: later(atMs, last.lastStartMs) });
}

/** Oldest first; only the last can be open. */
export function episodeIntervals({ firings, reopened }: FiringTimeline): Interval[] {
  const intervals: Interval[] = [];
  let open: { startMs: EpochMs; lastStartMs: EpochMs } | undefined;
  for (const { startMs, endMs } of mergeIntervals(firings)) {
    open = { startMs: open?.startMs ?? startMs, lastStartMs: startMs };
    if (endMs === null || reopened.includes(endMs)) continue;
    intervals.push({ ...open, endMs });
    open = undefined;
  }
  return open ? [...intervals, { ...open, endMs: null }] : intervals;
}

/** Whether "fires since S" leaves the series ended though S belongs to its last interval. */
export function isUnconfirmed(timeline: FiringTimeline, startMs: EpochMs): boolean {
  const last = episodeIntervals(timeline).at(-1);
  return last !== undefined && last.endMs !== null && startMs >= last.startMs;
}

/** Whether an instant lies in an interval, its ends included. */
export const contains = ({ startMs, endMs }: Firing, atMs: EpochMs): boolean =>
  atMs >= startMs && (endMs === null || atMs <= endMs);

/** In order: closed intervals, overlapping ones as one, and the starts that lie in none of them. */
function mergeIntervals(firings: readonly Firing[]): Firing[] {
  const closed = mergeOverlapping(firings.filter(isClosed));
  const starts = firings.filter(
    ({ startMs, endMs }) => endMs === null && !closed.some((each) => contains(each, startMs)),
  );
  return [...closed, ...starts].toSorted(byStart);
}

function mergeOverlapping(intervals: readonly ClosedInterval[]): ClosedInterval[] {
  const merged: ClosedInterval[] = [];
  for (const interval of intervals.toSorted(byStart)) {
    const last = merged.at(-1);
    if (last && contains(last, interval.startMs))
      merged[merged.length - 1] = { ...last, endMs: later(last.endMs, interval.endMs) };
    else merged.push(interval);
  }
  return merged;
}

/** As few firings as give the same episodes, and only so many of the past. */
function compact(timeline: FiringTimeline): FiringTimeline {
  const all = mergeIntervals(timeline.firings);
  const oldest = oldestKept({ ...timeline, firings: all });
  const recent = oldest === null ? all : all.filter(({ startMs }) => startMs >= oldest);
  return {
    ...timeline,
    firings: dropMiddleStarts(recent),
    forgottenBefore: laterOrOnly(timeline.forgottenBefore, oldest),
  };
}

/** From where on firings are kept; null: all of them. */
function oldestKept(timeline: FiringTimeline): EpochMs | null {
  const closed = timeline.firings.filter(isClosed);
  if (closed.length <= MAX_CLOSED) return null;
  const cut = closed.at(-MAX_CLOSED)!.startMs;
  // Never through an episode: its start may stand before the interval that closed it.
  return episodeIntervals(timeline).find((interval) => contains(interval, cut))!.startMs;
}

/** The first start says since when; of the others the newest can still be closed by a late end. */
function dropMiddleStarts(firings: readonly Firing[]): Firing[] {
  const starts = firings.filter(({ endMs }) => endMs === null);
  const excess = Math.max(0, starts.length - MAX_OPEN);
  const dropped = new Set(starts.slice(1, 1 + excess));
  return firings.filter((each) => !dropped.has(each));
}

const isClosed = (firing: Firing): firing is ClosedInterval => firing.endMs !== null;
const ascending = (a: number, b: number) => a - b;
const byStart = (a: Firing, b: Firing) => a.startMs - b.startMs;
const later = (a: EpochMs, b: EpochMs): EpochMs => epochMs(Math.max(a, b));

function laterOrOnly(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  if (a === null) return b;
  if (b === null) return a;
  return later(a, b);
}
