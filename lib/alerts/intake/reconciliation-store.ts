import type { PoolClient } from 'pg';
import type { EpochMs } from '@/lib/time/units';
import type { UnsettledEpisode } from './compare-alerts';

/** Episodes of a source that are open or unconfirmed. */
export async function unsettledEpisodes(
  client: PoolClient,
  source: string,
): Promise<UnsettledEpisode[]> {
  const { rows } = await client.query<UnsettledEpisode>(
    `SELECT e.id,
            s.fingerprint,
            e.resolved_at IS NULL AS open,
            e.doubtful_since IS NOT NULL AS unconfirmed,
            e.misses,
            e.missed_at,
            s.last_seen_at
       FROM alert_episodes e
       JOIN alert_series s ON s.id = e.series_id
      WHERE s.source = $1
        AND (e.resolved_at IS NULL OR e.doubtful_since IS NOT NULL)`,
    [source],
  );
  return rows;
}

/** The receivers whose messages come here. */
export async function receiversOf(client: PoolClient, source: string): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT unnest(receivers) AS name
       FROM alert_peers
      WHERE source = $1`,
    [source],
  );
  return new Set(rows.map(({ name }) => name));
}

/** Series of these that no message told of since a moment. */
export async function unseenSince(
  client: PoolClient,
  source: string,
  fingerprints: readonly string[],
  sinceMs: number,
): Promise<string[]> {
  const { rows } = await client.query<{ fingerprint: string }>(
    `SELECT fingerprint
       FROM alert_series
      WHERE source = $1
        AND fingerprint = ANY($2)
        AND (last_seen_at < $3 OR latest IS NULL)`,
    [source, fingerprints, new Date(sinceMs)],
  );
  return rows.map(({ fingerprint }) => fingerprint);
}

export async function countMisses(
  client: PoolClient,
  missed: readonly UnsettledEpisode[],
  found: readonly UnsettledEpisode[],
  nowMs: EpochMs,
): Promise<void> {
  await client.query(
    `UPDATE alert_episodes
        SET misses = misses + 1,
            missed_at = $2
      WHERE id = ANY($1::uuid[])`,
    [missed.map(({ id }) => id), new Date(nowMs)],
  );
  await client.query(
    `UPDATE alert_episodes
        SET misses = 0,
            missed_at = NULL
      WHERE id = ANY($1::uuid[])`,
    [found.map(({ id }) => id)],
  );
}

export interface Reconciled {
  readonly source: string;
  readonly peer: string;
  readonly firing: number;
  readonly missingHere: number;
  readonly missingThere: number;
}

export async function recordReconciliation(
  client: PoolClient,
  { source, peer, firing, missingHere, missingThere }: Reconciled,
  nowMs: EpochMs,
): Promise<void> {
  await client.query(
    `INSERT INTO alert_reconciliations (source, peer, at, answered_at, failure, firing,
                                        missing_here, missing_there)
     VALUES ($1, $2, $3, $3, NULL, $4, $5, $6)
     ON CONFLICT (source, peer) DO UPDATE
        SET at = excluded.at,
            answered_at = excluded.answered_at,
            failure = NULL,
            firing = excluded.firing,
            missing_here = excluded.missing_here,
            missing_there = excluded.missing_there`,
    [source, peer, new Date(nowMs), firing, missingHere, missingThere],
  );
}
