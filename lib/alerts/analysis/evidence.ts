import { asCorrelationId, type CorrelationId } from '@/lib/correlation-id/grammar';
import { mintCorrelationId as newId } from '@/lib/correlation-id/propagation';
import { alertPool } from '@/lib/db/pool';
import { AppError } from '@/lib/errors/app-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { cacheRequest } from '@/lib/requests/view/request-cache';
import { takeSnapshot, restoreSnapshot } from '@/lib/requests/view/snapshot';
import { loadRequest } from '@/lib/requests/view/load-request';
import type { AssembledRequest } from '@/lib/requests/discovery/request-collector';
import { signatureOfRequest } from '@/lib/requests/verdict/signatures';
import { MINUTE_MS } from '@/lib/time/units';
import { findAffectedRequests, type AffectedRequests } from './affected-requests';
import { withLockedEpisodes } from '../episodes/locked-episodes';
import { inSeriesTransaction } from '../episodes/transaction';

const MAX_REQUESTS = 24;
const MAX_PER_SIGNATURE = 6;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_EXCERPTS = 20;
const CONCURRENCY = 3;
/** Where it is not known when the rule went pending. */
const DEFAULT_LOOKBACK_MS = 10 * MINUTE_MS;

interface AffectedEpisode {
  readonly id: string;
  readonly from_at: Date;
}

const openEpisodesOf = async (service: string): Promise<AffectedEpisode[]> =>
  (
    await alertPool().query<AffectedEpisode>(
      `SELECT e.id,
              coalesce(
                e.hurt_since,
                e.started_at - interval '${DEFAULT_LOOKBACK_MS / MINUTE_MS} minutes'
              ) AS from_at
         FROM alert_episodes e
         JOIN alert_series s ON s.id = e.series_id
        WHERE s.service = $1
          AND e.resolved_at IS NULL
        ORDER BY e.started_at
        LIMIT 500`,
      [service],
    )
  ).rows;

/**
 * Freezes what fails in a service right now into Postgres, for all its open episodes: some requests
 * of every signature, whole, with their
 * lines, metrics and verdicts. They open as a request page when their sources have forgotten them.
 * @throws OutboundError when the traces cannot be read
 */
export async function captureEvidence(service: string, reason: string): Promise<void> {
  const open = await openEpisodesOf(service);
  if (open.length === 0) return;
  const toMs = Date.now();
  const fromMs = Math.min(...open.map(({ from_at }) => from_at.getTime()));
  const affected = await findAffectedRequests(service, fromMs, toMs);
  const kept: { id: string; content: Buffer; gathered: AssembledRequest }[] = [];
  let bytes = 0;
  const waiting = selectRequests(affected);
  const next = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && bytes < MAX_BYTES; id = waiting.shift()) {
      const correlationId = asCorrelationId(id);
      if (!correlationId) continue;
      const gathered = await loadRequest(correlationId, {
        signal: AbortSignal.timeout(2 * SOURCE_DEADLINE_MS),
      });
      if (gathered.view.spanCount + gathered.view.logCount === 0) continue;
      const content = takeSnapshot(gathered);
      if (bytes + content.byteLength > MAX_BYTES) continue;
      bytes += content.byteLength;
      kept.push({ id: correlationId, content, gathered });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, next));
  const signatures = affected.signatures.map(({ signature }) => signature).slice(0, 50);
  const summary = {
    requests: kept.map(({ id, gathered }) => summarizeRequest(id, gathered)),
    signatures: affected.signatures.slice(0, 20),
    excerpts: kept
      .flatMap(({ gathered: { view } }) =>
        view.logs
          .filter(({ level }) => level === 'error' || level === 'fatal')
          .slice(0, 2)
          .map(({ time, service: of, body }) => ({ time, service: of, body: body.slice(0, 500) })),
      )
      .slice(0, MAX_EXCERPTS),
  };
  const id = await insertEvidence(
    { service, reason, fromMs, toMs, summary, bytes },
    kept,
    open.map((each) => each.id),
    signatures,
  );
  await withLockedEpisodes(
    open.map((each) => each.id),
    ({ addEvent }) =>
      addEvent('evidence_captured', null, {
        evidence: id,
        reason,
        requests: kept.length,
        signatures: affected.signatures.length,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
      }),
  );
}

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
async function insertEvidence(
  capture: Capture,
  requests: readonly { readonly id: string; readonly content: Buffer }[],
  episodes: readonly string[],
  signatures: readonly string[],
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
              )
        WHERE id = ANY($1::uuid[])`,
      [episodes, signatures, []],
    );
  });
  return id;
}

/**
 * Freezes one request because somebody asks for it.
 * @throws AppError not_found where nothing carries the id, too_large over 16 MiB
 */
export async function captureRequest(
  id: CorrelationId,
  by: string,
  signal: AbortSignal,
): Promise<{ evidence: string }> {
  const gathered = await loadRequest(id, { signal });
  const { view } = gathered;
  if (!view.window)
    throw new AppError(
      'not_found',
      'Nothing that carries this id was found; there is nothing to freeze.',
    );
  const content = takeSnapshot(gathered);
  if (content.byteLength > MAX_BYTES)
    throw new AppError('too_large', 'The request is larger than 16 MiB, packed.');
  const fromMs = Date.parse(view.window.start);
  const summary = { requests: [summarizeRequest(id, gathered)], signatures: [], excerpts: [] };
  return {
    evidence: await insertEvidence(
      {
        service: null,
        reason: `asked for by ${by}`,
        fromMs,
        toMs: fromMs + view.window.durationNs / 1e6,
        summary,
        bytes: content.byteLength,
      },
      [{ id, content }],
      [],
      [],
    ),
  };
}

const summarizeRequest = (correlationId: string, { view }: AssembledRequest) => ({
  correlationId,
  sentence: view.verdict.sentence.map(({ text }) => text).join(''),
  signature: view.verdict.signature,
});

/**
 * The newest of each signature in turn, so that a rare failure is not buried under a frequent one.
 */
function selectRequests(affected: AffectedRequests): string[] {
  const bySignature = new Map<string, string[]>();
  for (const request of affected.requests) {
    const signature = signatureOfRequest(request);
    const ids = bySignature.get(signature) ?? [];
    bySignature.set(signature, ids);
    if (ids.length < MAX_PER_SIGNATURE) ids.push(request.correlationId ?? request.traceId);
  }
  const lists = [...bySignature.values()];
  return [
    ...new Set(
      Array.from({ length: MAX_PER_SIGNATURE }, (_, turn) =>
        lists.flatMap((ids) => (ids[turn] ? [ids[turn]] : [])),
      ).flat(),
    ),
  ].slice(0, MAX_REQUESTS);
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
