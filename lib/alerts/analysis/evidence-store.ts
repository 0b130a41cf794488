import { mintCorrelationId as newId } from '@/lib/correlation-id/propagation';
import { alertPool } from '@/lib/db/pool';
import type { AssembledRequest } from '@/lib/requests/discovery/request-collector';
import { cacheRequest } from '@/lib/requests/view/request-cache';
import { restoreSnapshot } from '@/lib/requests/view/snapshot';
import { inSeriesTransaction } from '../episodes/transaction';
import { SECOND_MS } from '@/lib/time/units';
import type { AffectedBy } from './affected-requests';
import type { Leading } from './find-leading';

interface Capture {
  readonly service: string | null;
  readonly reason: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly summary: object;
  readonly bytes: number;
}

/**
 * Writes a capture, its requests and the episodes it belongs to in one transaction.
 * @returns its id
 */
export async function insertEvidence(
  capture: Capture,
  requests: readonly { readonly id: string; readonly content: Buffer }[],
  episodes: readonly string[],
  signatures: readonly string[],
  leading: Leading | undefined,
): Promise<string> {
  const id = newId();
  await inSeriesTransaction(async (client) => {
    await client.query(
      `INSERT INTO alert_evidence (id, service, reason, from_at, to_at, summary, bytes)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        id,
        capture.service,
        capture.reason,
        new Date(capture.fromMs),
        new Date(capture.toMs),
        JSON.stringify(capture.summary),
        capture.bytes,
      ],
    );
    await client.query(
      `INSERT INTO alert_evidence_requests (evidence_id, correlation_id, content)
       SELECT $1, *
         FROM unnest($2::text[], $3::bytea[])
       ON CONFLICT DO NOTHING`,
      [id, requests.map((each) => each.id), requests.map(({ content }) => content)],
    );
    await client.query(
      `INSERT INTO alert_evidence_episodes (evidence_id, episode_id)
       SELECT $1, unnest($2::uuid[])`,
      [id, episodes],
    );
    await client.query(
      `UPDATE alert_episodes
          SET signatures = (
                SELECT coalesce(array_agg(DISTINCT each), $3)
                  FROM unnest(signatures || $2::text[]) AS each
              ),
              leading_signature = coalesce($4, leading_signature),
              culprit_services = CASE
                WHEN $4::text IS NULL THEN culprit_services
                ELSE $5::text[]
              END
        WHERE id = ANY($1::uuid[])`,
      [
        episodes,
        signatures,
        [],
        leading?.leading.signature ?? null,
        leading?.culpritServices ?? [],
      ],
    );
  });
  return id;
}

/**
 * Makes the newest capture of what counts the same in a service evidence of an episode, if it is not
 * older than `withinMs`. What is captured later stands beside it.
 */
export async function linkLatestEvidence(
  { service, subject }: AffectedBy,
  episodeId: string,
  withinMs: number,
): Promise<void> {
  await alertPool().query(
    `WITH latest AS (
       SELECT id, summary
         FROM alert_evidence
        WHERE service = $1
          AND summary -> 'subject' = $2::jsonb
          AND captured_at > now() - make_interval(secs => $4)
        ORDER BY captured_at DESC
        LIMIT 1
     ),
     linked AS (
       INSERT INTO alert_evidence_episodes (evidence_id, episode_id)
       SELECT id, $3::uuid
         FROM latest
       ON CONFLICT DO NOTHING
       RETURNING episode_id
     )
     UPDATE alert_episodes
        SET signatures = ARRAY(
              SELECT DISTINCT each ->> 'signature'
                FROM latest
               CROSS JOIN jsonb_array_elements(latest.summary -> 'signatures') AS each
            )
       FROM linked
      WHERE alert_episodes.id = linked.episode_id
        AND alert_episodes.signatures = '{}'`,
    [service, JSON.stringify(subject), episodeId, withinMs / SECOND_MS],
  );
}

/**
 * A frozen request: of the evidence that is named, else the newest. Its windows are served as those
 * of any other.
 */
export async function restoreRequest(
  id: string,
  evidence: string | undefined,
): Promise<AssembledRequest | undefined> {
  const { rows } = await alertPool().query<{
    content: Buffer;
    evidence_id: string;
    captured_at: Date;
  }>(
    `SELECT r.content, r.evidence_id, e.captured_at
       FROM alert_evidence_requests r
       JOIN alert_evidence e ON e.id = r.evidence_id
      WHERE r.correlation_id = $1
        AND ($2::uuid IS NULL OR e.id = $2)
      ORDER BY e.captured_at DESC
      LIMIT 1`,
    [id, evidence ?? null],
  );
  const [row] = rows;
  if (!row) return undefined;
  const gathered = restoreSnapshot(row.content, {
    id: row.evidence_id,
    keptAt: row.captured_at.toISOString(),
  });
  cacheRequest(gathered);
  return gathered;
}
