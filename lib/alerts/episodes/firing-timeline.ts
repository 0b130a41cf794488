import { epochMs, type EpochMs } from '@/lib/time/units';

/**
 * Which episodes a series had, from what its source said of its times, in whatever order that arrived.
 *
 * A source says "fires since S" and "fired from S until E". Kept is, for every S, the latest E that was said (a maximum), so that
 * doubles and order change nothing. Episodes are then laid out by those times alone:
 *
 *     said:      S1 ├────┤E1            S2 ├────┤E2    S3 ├──
 *     episodes:     [────]                 [────]         [──  open
 *
 * - Closed stretches that overlap are one: members of a cluster differ in their clocks.
 * - A beginning without an end lasts until the next closed stretch, of which it then is a part: its own end was lost, or is still to come.
 * - A beginning inside a closed stretch opens nothing: it came late, or the alert came back with the beginning it had before (a lease of
 *   Prometheus that lapsed). Which of the two, only the source can tell: `isDoubtful` says when to ask, `reopened` keeps the answer.
 *
 * Why not by order of arrival: docs/adr/0010.
 */
export interface Firing {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
}

export interface Times {
  readonly firings: readonly Firing[];
  /** Ends that the source took back. */
  readonly reopened: readonly EpochMs[];
  /** What began before was forgotten: said again, it changes nothing. */
  readonly forgottenBefore: EpochMs | null;
}

export const NO_TIMES: Times = { firings: [], reopened: [], forgottenBefore: null };

const KEPT_CLOSED = 12;
const KEPT_OPEN = 16;
const KEPT_REOPENED = 8;

/** The times with one more firing known. Neither order nor repetition of calls changes what comes out. */
export function withFiring(times: Times, firing: Firing): Times {
  if (times.forgottenBefore !== null && firing.startMs < times.forgottenBefore) return times;
  const known = times.firings.find((each) => each.startMs === firing.startMs);
  const endMs = latest(
    known?.endMs ?? null,
    firing.endMs === null ? null : epochMs(Math.max(firing.endMs, firing.startMs)),
  );
  return compact({
    ...times,
    firings: [
      ...times.firings.filter((each) => each !== known),
      { startMs: firing.startMs, endMs },
    ],
  });
}

/** The source has the alert still, or again, though its last stretch had ended. */
export function reopened(times: Times): Times {
  const last = episodesOf(times).at(-1);
  if (!last || last.endMs === null) return times;
  return {
    ...times,
    reopened: [...new Set([...times.reopened, last.endMs])]
      .sort((a, b) => a - b)
      .slice(-KEPT_REOPENED),
  };
}

/** The source has the alert no more: an open episode ends. */
export function ended(times: Times, atMs: EpochMs): Times {
  const last = episodesOf(times).at(-1);
  return last && last.endMs === null
    ? withFiring(times, { startMs: last.startMs, endMs: epochMs(Math.max(atMs, last.lastStartMs)) })
    : times;
}

export interface Stretch extends Firing {
  /** The latest beginning that was said within it. */
  readonly lastStartMs: EpochMs;
}

/** Oldest first; only the last can be open. */
export function episodesOf(times: Times): Stretch[] {
  const episodes: Stretch[] = [];
  let open: { startMs: EpochMs; lastStartMs: EpochMs } | undefined;
  for (const { startMs, endMs } of laidOut(times.firings)) {
    open = { startMs: open?.startMs ?? startMs, lastStartMs: startMs };
    if (endMs === null || times.reopened.includes(endMs)) continue;
    episodes.push({ ...open, endMs });
    open = undefined;
  }
  return open ? [...episodes, { ...open, endMs: null }] : episodes;
}

/** Whether "fires since S" leaves the series ended though S belongs to its last episode. */
export function isDoubtful(times: Times, startMs: EpochMs): boolean {
  const last = episodesOf(times).at(-1);
  return last !== undefined && last.endMs !== null && startMs >= last.startMs;
}

/** In order: closed stretches, those that overlap as one, and the beginnings that lie in none of them. */
function laidOut(firings: readonly Firing[]): Firing[] {
  const sorted = [...firings].sort((a, b) => a.startMs - b.startMs);
  const closed: { startMs: EpochMs; endMs: EpochMs }[] = [];
  for (const { startMs, endMs } of sorted) {
    if (endMs === null) continue;
    const last = closed.at(-1);
    if (last && startMs <= last.endMs) last.endMs = epochMs(Math.max(last.endMs, endMs));
    else closed.push({ startMs, endMs });
  }
  const within = (at: EpochMs) => closed.some(({ startMs, endMs }) => at >= startMs && at <= endMs);
  return [
    ...closed,
    ...sorted.filter(({ startMs, endMs }) => endMs === null && !within(startMs)),
  ].sort((a, b) => a.startMs - b.startMs);
}

/** As few firings as give the same episodes, and only so many of the past. */
function compact(times: Times): Times {
  const all = laidOut(times.firings);
  const closed = all.filter(({ endMs }) => endMs !== null);
  const cut = closed.length > KEPT_CLOSED ? closed.at(-KEPT_CLOSED)!.startMs : null;
  // Never through an episode: its beginning may stand before the stretch that closed it.
  const oldest =
    cut === null
      ? null
      : (episodesOf({ ...times, firings: all }).find(
          ({ startMs, endMs }) => cut >= startMs && (endMs === null || cut <= endMs),
        )?.startMs ?? cut);
  const recent = oldest === null ? all : all.filter(({ startMs }) => startMs >= oldest);
  const beginnings = recent.filter(({ endMs }) => endMs === null);
  // The first says since when; of the others the newest can still be told apart by an end that comes late.
  const dropped = new Set(beginnings.slice(1, Math.max(1, beginnings.length - KEPT_OPEN + 1)));
  return {
    ...times,
    firings: recent.filter((each) => !dropped.has(each)),
    forgottenBefore: latest(times.forgottenBefore, oldest),
  };
}

const latest = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null ? b : b === null ? a : epochMs(Math.max(a, b));
