import type { PoolClient } from 'pg';
import { epochMs, type EpochMs } from '@/lib/time/units';
import { enqueueFollowUps } from './follow-ups';
import type { Observation, TestCode } from '../sources/observation';
import type { SeriesUpdate } from './series-update';
import { EMPTY_TIMELINE, type FiringTimeline } from './firing-timeline';
import { type ResolvedBy, type Episode, type LatestObservation, type Series } from './series';

/** A series and its last episodes as they are in Postgres, locked. */
export interface LockedSeries {
  readonly id: bigint;
  readonly source: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly severity: string;
  readonly service: string | null;
  readonly lastSeq: number;
  readonly series: Series;
}

interface Key {
  readonly source: string;
  readonly fingerprint: string;
}

/** More than the closed stretches whose times are kept. */
const EPISODES_READ = 20;

/** Series that are not there yet. */
export async function createSeries(
  client: PoolClient,
  series: readonly (Key & {
    name: string;
    severity: string;
    service: string | null;
    labels: Readonly<Record<string, string>>;
  })[],
): Promise<void> {
  await client.query({
    name: 'alert-series-create',
    text: `INSERT INTO alert_series (source, fingerprint, name, severity, service, labels, times)
           SELECT source, fingerprint, name, severity, service, labels, $7::jsonb
             FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
                  AS s (source, fingerprint, name, severity, service, labels)
            ORDER BY source, fingerprint
           ON CONFLICT (source, fingerprint) DO NOTHING`,
    values: [
      series.map(({ source }) => source),
      series.map(({ fingerprint }) => fingerprint),
      series.map(({ name }) => name),
      series.map(({ severity }) => severity),
      series.map(({ service }) => service),
      series.map(({ labels }) => JSON.stringify(labels)),
      JSON.stringify(EMPTY_TIMELINE),
    ],
  });
}

/** Marks series as those of test notifications. */
export async function markTests(
  client: PoolClient,
  tests: readonly { readonly id: bigint; readonly test: TestCode }[],
): Promise<void> {
  if (tests.length === 0) return;
  await client.query(
    `UPDATE alert_series s
        SET test = t.test
       FROM unnest($1::bigint[], $2::text[]) AS t (id, test)
      WHERE s.id = t.id`,
    [tests.map(({ id }) => id), tests.map(({ test }) => test)],
  );
}

interface Row {
  readonly id: bigint;
  readonly source: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly severity: string;
  readonly service: string | null;
  readonly times: FiringTimeline;
  readonly latest: LatestObservation | null;
  readonly repeats: bigint;
  readonly last_seq: number;
  readonly episodes:
    | readonly {
        id: string;
        firstStartMs: number;
        startMs: number;
        endMs: number | null;
        resolvedBy: ResolvedBy | null;
        unconfirmedSinceMs: number | null;
      }[]
    | null;
}

const ms = (value: number | null): EpochMs | null =>
  value === null ? null : epochMs(Math.round(value));

/**
 * Reads and locks series, always in the order of their ids: whoever locks several never waits in a
 * circle.
 */
export async function lockSeries(
  client: PoolClient,
  keys: readonly Key[],
): Promise<LockedSeries[]> {
  const { rows } = await client.query<Row>({
    name: 'alert-series-lock',
    text: `SELECT s.id,
                  s.source,
                  s.fingerprint,
                  s.name,
                  s.severity,
                  s.service,
                  s.times,
                  s.latest,
                  s.repeats,
                  s.last_seq,
                  (
                    SELECT jsonb_agg(
                             jsonb_build_object(
                               'id', e.id,
                               'firstStartMs', extract(epoch FROM e.founded_at) * 1000,
                               'startMs', extract(epoch FROM e.started_at) * 1000,
                               'endMs', extract(epoch FROM e.resolved_at) * 1000,
                               'resolvedBy', e.resolved_by,
                               'unconfirmedSinceMs', extract(epoch FROM e.doubtful_since) * 1000
                             )
                             ORDER BY e.started_at
                           )
                      FROM (
                             SELECT *
                               FROM alert_episodes
                              WHERE series_id = s.id
                              ORDER BY started_at DESC
                              LIMIT ${EPISODES_READ}
                           ) e
                  ) AS episodes
             FROM unnest($1::text[], $2::text[]) AS k (source, fingerprint)
             JOIN alert_series s
               ON s.source = k.source
              AND s.fingerprint = k.fingerprint
            ORDER BY s.id
              FOR UPDATE OF s`,
    values: [keys.map(({ source }) => source), keys.map(({ fingerprint }) => fingerprint)],
  });
  return rows.map((row) => ({
    id: row.id,
    source: row.source,
    fingerprint: row.fingerprint,
    name: row.name,
    severity: row.severity,
    service: row.service,
    lastSeq: row.last_seq,
    series: {
      timeline: row.times,
      latest: row.latest,
      repeats: Number(row.repeats),
      episodes: (row.episodes ?? []).map((each): Episode => ({
        id: each.id,
        firstStartMs: ms(each.firstStartMs)!,
        startMs: ms(each.startMs)!,
        endMs: ms(each.endMs),
        resolvedBy: each.resolvedBy,
        unconfirmedSinceMs: ms(each.unconfirmedSinceMs),
      })),
    },
  }));
}

/**
 * Writes back what changed: series, episodes, events, and the jobs that follow from them. Moves
 * come before new episodes: a series has at most one that is open.
 */
export async function saveSeries(
  client: PoolClient,
  changed: readonly SeriesUpdate[],
): Promise<void> {
  await saveTimelines(client, changed);
  const episodes = changed.flatMap(changedEpisodes);
  await moveEpisodes(client, episodes);
  await insertEpisodes(client, episodes);
  await insertEvents(client, changed);
  await enqueueFollowUps(client, changed);
}

async function saveTimelines(client: PoolClient, changed: readonly SeriesUpdate[]): Promise<void> {
  await client.query({
    name: 'alert-series-save',
    text: `UPDATE alert_series s
              SET times = c.times,
                  latest = c.latest,
                  repeats = c.repeats,
                  last_seq = c.last_seq,
                  last_seen_at = coalesce(c.seen, s.last_seen_at),
                  group_key = coalesce(c.group_key, s.group_key)
             FROM unnest($1::bigint[], $2::jsonb[], $3::jsonb[], $4::bigint[], $5::int[],
                         $6::timestamptz[], $7::text[])
                  AS c (id, times, latest, repeats, last_seq, seen, group_key)
            WHERE s.id = c.id`,
    values: [
      changed.map(({ stored }) => stored.id),
      changed.map(({ series }) => json(series.timeline)),
      changed.map(({ series }) => (series.latest ? json(series.latest) : null)),
      changed.map(({ series }) => series.repeats),
      changed.map(({ stored, events }) => stored.lastSeq + events.length),
      changed.map(({ seenAt }) => date(seenAt)),
      changed.map(({ groupKey }) => groupKey),
    ],
  });
}

interface ChangedEpisode {
  readonly seriesId: bigint;
  readonly episode: Episode;
  /** Undefined for one that is new. */
  readonly before: Episode | undefined;
  /** The last report of it. */
  readonly observation: Observation | undefined;
}

function changedEpisodes({ stored, series, observations }: SeriesUpdate): ChangedEpisode[] {
  const before = new Map(stored.series.episodes.map((episode) => [episode.id, episode]));
  return series.episodes.map((episode) => ({
    seriesId: stored.id,
    episode,
    before: before.get(episode.id),
    observation: observations.get(episode.id),
  }));
}

async function moveEpisodes(
  client: PoolClient,
  episodes: readonly ChangedEpisode[],
): Promise<void> {
  const moved = episodes.filter(
    ({ episode, before, observation }) =>
      before && (observation?.firing || !isSameEpisode(before, episode)),
  );
  if (moved.length === 0) return;
  await client.query({
    name: 'alert-episodes-move',
    text: `UPDATE alert_episodes e
              SET started_at = c.started,
                  resolved_at = c.resolved,
                  resolved_by = c.resolved_by,
                  doubtful_since = c.unconfirmed_since,
                  annotations = coalesce(c.annotations, e.annotations),
                  generator_url = coalesce(c.url, e.generator_url),
                  misses = 0
             FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[],
                         $5::timestamptz[], $6::jsonb[], $7::text[])
                  AS c (id, started, resolved, resolved_by, unconfirmed_since, annotations, url)
            WHERE e.id = c.id`,
    values: [
      moved.map(({ episode }) => episode.id),
      moved.map(({ episode }) => date(episode.startMs)),
      moved.map(({ episode }) => date(episode.endMs)),
      moved.map(({ episode }) => episode.resolvedBy),
      moved.map(({ episode }) => date(episode.unconfirmedSinceMs)),
      moved.map(({ observation }) => (observation?.firing ? json(observation.annotations) : null)),
      moved.map(({ observation }) => observation?.generatorUrl ?? null),
    ],
  });
}

async function insertEpisodes(
  client: PoolClient,
  episodes: readonly ChangedEpisode[],
): Promise<void> {
  const created = episodes.filter(({ before }) => !before);
  if (created.length === 0) return;
  await client.query({
    name: 'alert-episodes-insert',
    text: `INSERT INTO alert_episodes (id, series_id, founded_at, started_at, resolved_at,
                                       resolved_by, doubtful_since, annotations, generator_url)
           SELECT *
             FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[],
                         $5::timestamptz[], $6::text[], $7::timestamptz[], $8::jsonb[],
                         $9::text[])`,
    values: [
      created.map(({ episode }) => episode.id),
      created.map(({ seriesId }) => seriesId),
      created.map(({ episode }) => date(episode.firstStartMs)),
      created.map(({ episode }) => date(episode.startMs)),
      created.map(({ episode }) => date(episode.endMs)),
      created.map(({ episode }) => episode.resolvedBy),
      created.map(({ episode }) => date(episode.unconfirmedSinceMs)),
      created.map(({ observation }) => json(observation?.annotations ?? {})),
      created.map(({ observation }) => observation?.generatorUrl ?? null),
    ],
  });
}

async function insertEvents(client: PoolClient, changed: readonly SeriesUpdate[]): Promise<void> {
  const events = changed.flatMap(({ stored, events: all }) =>
    all.map((event, index) => ({ stored, event, seq: stored.lastSeq + index + 1 })),
  );
  if (events.length === 0) return;
  await client.query({
    name: 'alert-events-add',
    text: `INSERT INTO alert_events (series_id, seq, episode_id, kind, detail, actor)
           SELECT *
             FROM unnest($1::bigint[], $2::int[], $3::uuid[], $4::text[], $5::jsonb[], $6::text[])`,
    values: [
      events.map(({ stored }) => stored.id),
      events.map(({ seq }) => seq),
      events.map(({ event }) => event.episodeId),
      events.map(({ event }) => event.kind),
      events.map(({ event }) => json(event.detail)),
      events.map(({ event }) => event.actor ?? null),
    ],
  });
}

const json = (value: unknown) => JSON.stringify(value);
const date = (value: EpochMs | null) => (value === null ? null : new Date(value));

const isSameEpisode = (a: Episode, b: Episode) =>
  a.startMs === b.startMs &&
  a.endMs === b.endMs &&
  a.resolvedBy === b.resolvedBy &&
  a.unconfirmedSinceMs === b.unconfirmedSinceMs;
