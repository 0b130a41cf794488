import { createHash } from 'node:crypto';
import { mintCorrelationId as newId } from '@/lib/correlation-id/propagation';
import type { EpochMs } from '@/lib/time/units';
import { ended, episodesOf, isDoubtful, reopened, withFiring, type Times } from './firing-timeline';
import type { Observation } from '../sources/observation';

/** An episode as it is stored. Its id stays with the beginning that founded it, however the times around it turn out. */
export interface Episode {
  readonly id: string;
  readonly foundedMs: EpochMs;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
  readonly resolvedBy: string | null;
  readonly doubtfulSinceMs: EpochMs | null;
}

/** What was said last of a series: said again, it is only counted. */
export interface Latest {
  readonly firing: boolean;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
  readonly annotations: string;
}

export interface Series {
  readonly times: Times;
  readonly latest: Latest | null;
  readonly repeats: number;
  /** The last few, oldest first. */
  readonly episodes: readonly Episode[];
}

export const EVENT_KINDS = [
  'fired',
  'changed',
  'resolved',
  'reopened',
  'late',
  'doubted',
  'merged',
] as const;
export interface SeriesEvent {
  readonly kind: (typeof EVENT_KINDS)[number];
  readonly episodeId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Step {
  readonly series: Series;
  readonly events: readonly SeriesEvent[];
}

/** The episode that counts: one that was merged into another is none. */
export const lastOf = (episodes: readonly Episode[]): Episode | undefined =>
  episodes.findLast((each) => each.resolvedBy !== 'merged');

/** One delivered alert, taken into its series. `mayReturn`: whether the source's alerts come back with the beginning they had before. Pure but for the ids of new episodes. */
export function observe(
  series: Series,
  seen: Observation,
  atMs: EpochMs,
  peer: string,
  mayReturn = true,
): Step {
  const latest: Latest = {
    firing: seen.firing,
    startMs: seen.startMs,
    endMs: seen.endMs,
    annotations: digest(seen.annotations),
  };
  if (series.latest && same(series.latest, latest))
    return { series: { ...series, repeats: series.repeats + 1 }, events: [] };
  const times = withFiring(series.times, { startMs: seen.startMs, endMs: seen.endMs });
  const detail = {
    peer,
    startsAt: iso(seen.startMs),
    ...(seen.endMs === null ? {} : { endsAt: iso(seen.endMs) }),
  };
  const { episodes, events } = laidOver(series.episodes, times, 'source', detail);
  const doubtful = mayReturn && seen.firing && isDoubtful(times, seen.startMs);
  const last = lastOf(episodes);
  const settled = episodes.map((each) =>
    each === last && doubtful
      ? { ...each, doubtfulSinceMs: atMs }
      : each === last && !seen.firing
        ? { ...each, doubtfulSinceMs: null }
        : each,
  );
  const home = settled.find(
    (each) => seen.startMs >= each.startMs && (each.endMs === null || seen.startMs <= each.endMs),
  );
  const said: SeriesEvent[] = doubtful
    ? [{ kind: 'doubted', episodeId: last?.id ?? null, detail }]
    : events.length > 0
      ? []
      : [
          {
            kind: seen.firing && home?.endMs === null ? 'changed' : 'late',
            episodeId: home?.id ?? null,
            detail: { ...detail, annotations: seen.annotations },
          },
        ];
  return {
    series: { times, latest, repeats: series.repeats, episodes: settled },
    events: [...events, ...said],
  };
}

/** The source has the alert though the series had ended, or had never begun. */
export function foundFiring(series: Series, startMs: EpochMs, why: string): Step {
  const began = withFiring(series.times, { startMs, endMs: null });
  const times = isDoubtful(began, startMs) ? reopened(began) : began;
  return settled(series, times, why, { startsAt: iso(startMs) });
}

/** The source has it no more. A doubtful episode stays ended. */
export function foundGone(series: Series, atMs: EpochMs, why: string): Step {
  // Said once more, it is news again.
  return settled({ ...series, latest: null }, ended(series.times, atMs), why, {});
}

function settled(
  series: Series,
  times: Times,
  why: string,
  detail: Readonly<Record<string, unknown>>,
): Step {
  const { episodes, events } = laidOver(series.episodes, times, 'reconciliation', {
    ...detail,
    why,
  });
  return {
    series: {
      ...series,
      times,
      episodes: episodes.map((each) => ({ ...each, doubtfulSinceMs: null })),
    },
    events,
  };
}

/** The stored episodes, moved to where the times now have them; new ones for stretches that no stored one founded. */
function laidOver(
  stored: readonly Episode[],
  times: Times,
  by: string,
  detail: Readonly<Record<string, unknown>>,
): { episodes: Episode[]; events: SeriesEvent[] } {
  const events: SeriesEvent[] = [];
  const stretches = episodesOf(times);
  const contains = (stretch: { startMs: EpochMs; endMs: EpochMs | null }, at: EpochMs) =>
    at >= stretch.startMs && (stretch.endMs === null || at <= stretch.endMs);
  const placed = new Map<string, Episode>();
  const episodes = stretches.map((stretch): Episode => {
    const [own] = stored
      .filter((each) => each.resolvedBy !== 'merged' && contains(stretch, each.foundedMs))
      .sort((a, b) => a.startMs - b.startMs);
    if (!own) {
      const made: Episode = {
        id: newId(),
        foundedMs: stretch.startMs,
        startMs: stretch.startMs,
        endMs: stretch.endMs,
        resolvedBy: stretch.endMs === null ? null : by,
        doubtfulSinceMs: null,
      };
      events.push({ kind: 'fired', episodeId: made.id, detail });
      if (stretch.endMs !== null)
        events.push({ kind: 'resolved', episodeId: made.id, detail: { ...detail, by } });
      return made;
    }
    const closes = own.endMs === null && stretch.endMs !== null;
    const opens = own.endMs !== null && stretch.endMs === null;
    if (closes) events.push({ kind: 'resolved', episodeId: own.id, detail: { ...detail, by } });
    if (opens) events.push({ kind: 'reopened', episodeId: own.id, detail });
    const moved: Episode = {
      ...own,
      startMs: stretch.startMs,
      endMs: stretch.endMs,
      resolvedBy: closes ? by : opens ? null : own.resolvedBy,
      doubtfulSinceMs: opens ? null : own.doubtfulSinceMs,
    };
    placed.set(own.id, moved);
    return moved;
  });
  const oldest = stretches[0]?.startMs;
  for (const each of stored) {
    if (placed.has(each.id)) continue;
    // Older than the times that are kept, or one firing that was taken for two.
    if (oldest !== undefined && each.foundedMs >= oldest && each.resolvedBy !== 'merged') {
      events.push({ kind: 'merged', episodeId: each.id, detail });
      episodes.push({ ...each, endMs: each.startMs, resolvedBy: 'merged', doubtfulSinceMs: null });
    } else episodes.push(each);
  }
  return { episodes: episodes.sort((a, b) => a.startMs - b.startMs), events };
}

const same = (a: Latest, b: Latest) =>
  a.firing === b.firing &&
  a.startMs === b.startMs &&
  a.endMs === b.endMs &&
  a.annotations === b.annotations;
const iso = (ms: number) => new Date(ms).toISOString();
const digest = (annotations: Readonly<Record<string, string>>) =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(annotations).sort()))
    .digest('base64url')
    .slice(0, 16);
