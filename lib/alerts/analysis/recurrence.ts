import { alertPool } from '@/lib/db/pool';
import { MINUTE_MS } from '@/lib/time/units';
import { countFailures } from './affected-requests';

interface AcknowledgedEpisode {
  readonly id: string;
  readonly acknowledgement: string;
  readonly service: string;
  readonly signatures: readonly string[];
  readonly created_at: Date;
}

/** So many requests in so long make a failure a new one. */
const MIN_NEW_REQUESTS = 3;
const NEW_WITHIN_MS = 5 * MINUTE_MS;
/**
 * What failed so long before somebody acknowledged was there then, also where it was not captured.
 */
const KNOWN_BEFORE_MS = 15 * MINUTE_MS;

/**
 * Acknowledged episodes whose service fails in a way that was not there when they were
 * acknowledged, and that way.
 */
export async function findNewSignatures(): Promise<
  { episodeId: string; signature: string; count: number }[]
> {
  const { rows } = await alertPool().query<AcknowledgedEpisode>(
    `SELECT e.id, a.id AS acknowledgement, s.service, a.signatures, a.created_at
       FROM alert_acknowledgements a
       JOIN alert_episodes e ON e.id = a.episode_id
       JOIN alert_series s ON s.id = e.series_id
      WHERE a.ended_at IS NULL
        AND e.resolved_at IS NULL
        AND s.service IS NOT NULL
      ORDER BY a.created_at
      LIMIT 500`,
  );
  const found: { episodeId: string; signature: string; count: number }[] = [];
  for (const service of new Set(rows.map((row) => row.service))) {
    const failures = (await countFailures(service, Date.now() - NEW_WITHIN_MS)) ?? [];
    for (const { id, acknowledgement, signatures, created_at } of rows.filter(
      (row) => row.service === service,
    )) {
      const unknown = failures.filter(
        ({ signature, count }) => count >= MIN_NEW_REQUESTS && !signatures.includes(signature),
      );
      if (unknown.length === 0) continue;
      const then = await countFailures(
        service,
        created_at.getTime() - KNOWN_BEFORE_MS,
        created_at.getTime(),
      );
      // What is not known is no reason to end an acknowledgement.
      if (!then) continue;
      const there = new Set(then.map(({ signature }) => signature));
      const fresh = unknown.find(({ signature }) => !there.has(signature));
      if (fresh) found.push({ episodeId: id, signature: fresh.signature, count: fresh.count });
      else
        await alertPool().query(
          `UPDATE alert_acknowledgements
              SET signatures = signatures || $2::text[]
            WHERE id = $1`,
          [acknowledgement, unknown.map(({ signature }) => signature)],
        );
    }
  }
  return found;
}

/** Episodes that resolved within the hour, and how many requests have failed the same way since. */
export async function updateStillFailing(): Promise<void> {
  const { rows } = await alertPool().query<{
    id: string;
    service: string;
    signatures: string[];
    resolved_at: Date;
    still_failing: number;
  }>(
    `SELECT e.id, s.service, e.signatures, e.resolved_at, e.still_failing
       FROM alert_episodes e
       JOIN alert_series s ON s.id = e.series_id
      WHERE e.resolved_at > now() - interval '1 hour'
        AND s.service IS NOT NULL
        AND cardinality(e.signatures) > 0
        AND e.resolved_by <> 'merged'
      ORDER BY e.resolved_at DESC
      LIMIT 100`,
  );
  for (const { id, service, signatures, resolved_at, still_failing } of rows) {
    const since = await countFailures(service, resolved_at.getTime() + MINUTE_MS);
    if (!since) continue;
    const count = since
      .filter(({ signature }) => signatures.includes(signature))
      .reduce((sum, each) => sum + each.count, 0);
    if (count === still_failing) continue;
    await alertPool().query(
      `WITH changed AS (
         UPDATE alert_episodes
            SET still_failing = $2
          WHERE id = $1
       )
       SELECT pg_notify('throughline_alerts', '')`,
      [id, count],
    );
  }
}
