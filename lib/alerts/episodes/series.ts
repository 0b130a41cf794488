import { createHash } from 'node:crypto';
import { mintCorrelationId as newId } from '@/lib/correlation-id/propagation';
import type { EpochMs } from '@/lib/time/units';
import type { Observation } from '../sources/observation';
import {
  addFiring,
  closeOpenInterval,
  contains,
  episodeIntervals,
  isUnconfirmed,
  reopenLastInterval,
  type FiringTimeline,
  type Interval,
} from './firing-timeline';

/** An episode as it is stored. It keeps its id, however the times around it turn out. */
export interface Episode {
  readonly id: string;
  /** The start it was created with: an interval that contains it is this episode. */
  readonly firstStartMs: EpochMs;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
  readonly resolvedBy: ResolvedBy | null;
  readonly unconfirmedSinceMs: EpochMs | null;
}

/** Merged: it turned out to be part of another episode, and counts no more. */
export type ResolvedBy = 'source' | 'reconciliation' | 'person' | 'merged';

/** The last report of a series: an identical one is only counted. */
export interface LatestObservation {
  readonly firing: boolean;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
  /** Their digest. */
  readonly annotations: string;
}

export interface Series {
  readonly timeline: FiringTimeline;
  readonly latest: LatestObservation | null;
  readonly repeats: number;
  /** The last few, oldest first. */
  readonly episodes: readonly Episode[];
}

export type SeriesEventKind =
  | 'fired'
  | 'annotations_changed'
  | 'resolved'
  | 'reopened'
  | 'late_message'
  | 'unconfirmed'
  | 'merged'
  | 'parts_not_read';

type EventDetail = Readonly<Record<string, unknown>>;

export interface SeriesEvent {
  readonly kind: SeriesEventKind;
  readonly episodeId: string | null;
  readonly detail: EventDetail;
  /** The person who did it. */
  readonly actor?: string;
}

export interface SeriesChange {
  readonly series: Series;
  readonly events: readonly SeriesEvent[];
}

/** The newest episode that was not merged into another. */
export const latestEpisode = (episodes: readonly Episode[]): Episode | undefined =>
  episodes.findLast(isOwn);

const isOwn = ({ resolvedBy }: Episode) => resolvedBy !== 'merged';

/**
 * One delivered alert applied to its series. Pure but for the ids of new episodes.
 * @param atMs when it was delivered
 * @param peer the member of the source's cluster that sent it
 * @param reusesStartTime whether alerts of this source fire again with the start they had before
 */
export function applyObservation(
  series: Series,
  observation: Observation,
  atMs: EpochMs,
  peer: string,
  reusesStartTime = true,
): SeriesChange {
  const { firing, startMs, endMs } = observation;
  const latest = { firing, startMs, endMs, annotations: digest(observation.annotations) };
  if (series.latest && isRepeat(series.latest, latest))
    return { series: { ...series, repeats: series.repeats + 1 }, events: [] };
  const timeline = addFiring(series.timeline, { startMs, endMs });
  const detail = {
    peer,
    startsAt: toIso(startMs),
    ...(endMs === null ? {} : { endsAt: toIso(endMs) }),
  };
  const projected = projectEpisodes(series.episodes, timeline, 'source', detail);
  const unconfirmed = reusesStartTime && firing && isUnconfirmed(timeline, startMs);
  const last = latestEpisode(projected.episodes);
  const episodes = projected.episodes.map((each) =>
    each === last ? confirmedBy(each, unconfirmed, firing, atMs) : each,
  );
  const update = { timeline, latest, repeats: series.repeats, episodes };
  if (unconfirmed)
    return {
      series: update,
      events: [...projected.events, { kind: 'unconfirmed', episodeId: last?.id ?? null, detail }],
    };
  if (projected.events.length > 0) return { series: update, events: projected.events };
  return { series: update, events: [withoutChange(episodes, observation, detail)] };
}

function confirmedBy(
  episode: Episode,
  unconfirmed: boolean,
  firing: boolean,
  atMs: EpochMs,
): Episode {
  if (unconfirmed) return { ...episode, unconfirmedSinceMs: atMs };
  return firing ? episode : { ...episode, unconfirmedSinceMs: null };
}

/** A report that neither began nor ended an episode: news of an open one, or late. */
function withoutChange(
  episodes: readonly Episode[],
  { firing, startMs, annotations }: Observation,
  detail: EventDetail,
): SeriesEvent {
  const episode = episodes.find((each) => contains(each, startMs));
  const isNews = firing && episode?.endMs === null;
  return {
    kind: isNews ? 'annotations_changed' : 'late_message',
    episodeId: episode?.id ?? null,
    detail: { ...detail, annotations },
  };
}

/** The source has the alert though the series had ended, or had never begun. */
export function confirmFiring(series: Series, startMs: EpochMs, why: string): SeriesChange {
  const began = addFiring(series.timeline, { startMs, endMs: null });
  const timeline = isUnconfirmed(began, startMs) ? reopenLastInterval(began) : began;
  return settleTimeline(series, timeline, 'reconciliation', { startsAt: toIso(startMs), why });
}

/** The source has it no more. An unconfirmed episode stays ended. */
export function confirmResolved(series: Series, atMs: EpochMs, why: string): SeriesChange {
  // Reported once more, it is no repeat.
  const fresh = { ...series, latest: null };
  const timeline = closeOpenInterval(series.timeline, atMs);
  return settleTimeline(fresh, timeline, 'reconciliation', { why });
}

/**
 * A person says that it is over: an end like one that the source reports, kept with the others. A
 * beginning that is reported again after it is unconfirmed, and no repeat.
 */
export function resolveByPerson(
  series: Series,
  atMs: EpochMs,
  actor: string,
  detail: EventDetail,
): SeriesChange {
  const fresh = { ...series, latest: null };
  const timeline = closeOpenInterval(series.timeline, atMs);
  const change = settleTimeline(fresh, timeline, 'person', detail);
  return { ...change, events: change.events.map((event) => ({ ...event, actor })) };
}

function settleTimeline(
  series: Series,
  timeline: FiringTimeline,
  by: ResolvedBy,
  detail: EventDetail,
): SeriesChange {
  const { episodes, events } = projectEpisodes(series.episodes, timeline, by, detail);
  const confirmed = episodes.map((each) => ({ ...each, unconfirmedSinceMs: null }));
  return { series: { ...series, timeline, episodes: confirmed }, events };
}

interface Projection {
  readonly episodes: Episode[];
  readonly events: SeriesEvent[];
}

/**
 * The stored episodes, moved to where the timeline now has them; new ones for intervals that no
 * stored one was created in; those that lost their interval merged into their neighbour.
 */
function projectEpisodes(
  stored: readonly Episode[],
  timeline: FiringTimeline,
  by: ResolvedBy,
  detail: EventDetail,
): Projection {
  const events: SeriesEvent[] = [];
  const intervals = episodeIntervals(timeline);
  const placed = new Set<Episode>();
  const episodes = intervals.map((interval): Episode => {
    const own = stored.find((each) => isOwn(each) && contains(interval, each.firstStartMs));
    if (own) placed.add(own);
    const moved = own ? moveEpisode(own, interval, by) : createEpisode(interval, by);
    events.push(...changesOf(own, moved, by, detail));
    return moved;
  });
  const oldest = intervals[0]?.startMs;
  for (const each of stored) {
    if (placed.has(each)) continue;
    // Older than the times that are kept, it stays as it is; else one firing was taken for two.
    const isLeftOver = oldest !== undefined && each.firstStartMs >= oldest && isOwn(each);
    if (isLeftOver) events.push({ kind: 'merged', episodeId: each.id, detail });
    episodes.push(isLeftOver ? mergedAway(each) : each);
  }
  return { episodes: episodes.toSorted((a, b) => a.startMs - b.startMs), events };
}

const createEpisode = ({ startMs, endMs }: Interval, by: ResolvedBy): Episode => ({
  id: newId(),
  firstStartMs: startMs,
  startMs,
  endMs,
  resolvedBy: endMs === null ? null : by,
  unconfirmedSinceMs: null,
});

function moveEpisode(episode: Episode, { startMs, endMs }: Interval, by: ResolvedBy): Episode {
  const moved = { ...episode, startMs, endMs };
  if (endMs === null) return { ...moved, resolvedBy: null, unconfirmedSinceMs: null };
  return episode.endMs === null ? { ...moved, resolvedBy: by } : moved;
}

const mergedAway = (episode: Episode): Episode => ({
  ...episode,
  endMs: episode.startMs,
  resolvedBy: 'merged',
  unconfirmedSinceMs: null,
});

function changesOf(
  before: Episode | undefined,
  { id: episodeId, endMs }: Episode,
  by: ResolvedBy,
  detail: EventDetail,
): SeriesEvent[] {
  const wasOpen = before === undefined || before.endMs === null;
  const events: SeriesEvent[] = [];
  if (!before) events.push({ kind: 'fired', episodeId, detail });
  if (wasOpen && endMs !== null)
    events.push({ kind: 'resolved', episodeId, detail: { ...detail, by } });
  if (!wasOpen && endMs === null) events.push({ kind: 'reopened', episodeId, detail });
  return events;
}

const isRepeat = (a: LatestObservation, b: LatestObservation) =>
  a.firing === b.firing &&
  a.startMs === b.startMs &&
  a.endMs === b.endMs &&
  a.annotations === b.annotations;

const toIso = (ms: EpochMs) => new Date(ms).toISOString();

const digest = (annotations: Readonly<Record<string, string>>) =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(annotations).toSorted()))
    .digest('base64url')
    .slice(0, 16);
