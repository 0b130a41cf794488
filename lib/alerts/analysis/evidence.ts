import { asCorrelationId, type CorrelationId } from '@/lib/correlation-id/grammar';
import { alertPool } from '@/lib/db/pool';
import { AppError } from '@/lib/errors/app-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { takeSnapshot } from '@/lib/requests/view/snapshot';
import { loadRequest } from '@/lib/requests/view/load-request';
import type { AssembledRequest } from '@/lib/requests/discovery/request-collector';
import type { RuleSubject } from '@/lib/telemetry/prometheus/rule-subject';
import { sources } from '@/lib/telemetry/sources';
import { epochMs, MINUTE_MS, msToNs } from '@/lib/time/units';
import { insertEvidence } from './evidence-store';
import {
  findAffectedRequests,
  type AffectedBy,
  type AffectedRequest,
  type AffectedRequests,
} from './affected-requests';
import { assessRule } from './assess-rule';
import { findLeadingFailure, findLeadingVerdict, mostFrequent } from './find-leading';
import { withLockedEpisodes } from '../episodes/locked-episodes';

const MAX_REQUESTS = 24;
const MAX_PER_SIGNATURE = 6;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_EXCERPTS = 20;
const CONCURRENCY = 3;
/** Where it is not known when the rule went pending. */
const DEFAULT_LOOKBACK_MS = 10 * MINUTE_MS;

interface OpenEpisode {
  readonly id: string;
  readonly from_at: Date;
  readonly started_at: Date;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly generator_url: string | null;
  readonly subject: RuleSubject | null;
}

const openEpisodesOf = async (service: string): Promise<OpenEpisode[]> =>
  (
    await alertPool().query<OpenEpisode>(
      `SELECT e.id,
              coalesce(
                e.hurt_since,
                e.started_at - interval '${DEFAULT_LOOKBACK_MS / MINUTE_MS} minutes'
              ) AS from_at,
              e.started_at,
              s.labels,
              e.annotations,
              e.generator_url,
              e.subject
         FROM alert_episodes e
         JOIN alert_series s ON s.id = e.series_id
        WHERE s.service = $1
          AND e.resolved_at IS NULL
        ORDER BY e.started_at
        LIMIT 500`,
      [service],
    )
  ).rows;

/** Episodes of one service that count the same. */
interface SubjectEpisodes {
  readonly subject: RuleSubject;
  readonly episodes: readonly OpenEpisode[];
}

async function bySubject(open: readonly OpenEpisode[]): Promise<SubjectEpisodes[]> {
  const read = await Promise.all(
    open.map(async (episode) => ({
      episode,
      subject: captureSubjectOf(await readSubject(episode)),
    })),
  );
  return [...Map.groupBy(read, ({ subject }) => JSON.stringify(subject)).values()].map((same) => ({
    subject: same[0]!.subject,
    episodes: same.map(({ episode }) => episode),
  }));
}

async function readSubject(episode: OpenEpisode): Promise<RuleSubject> {
  if (episode.subject) return episode.subject;
  const { labels, annotations, generator_url: generatorUrl, started_at } = episode;
  const alert = { labels, annotations, generatorUrl };
  const startedMs = epochMs(started_at.getTime());
  return (await assessRule(sources().metrics, alert, startedMs)).subject;
}

/**
 * Keeps what fails or is slow in a service right now in Postgres, for all its open episodes: some
 * requests of every signature that their rules count, whole, with their lines, metrics and verdicts.
 * They open as a request page when their sources have forgotten them.
 * @param only for episodes that count this
 * @throws OutboundError when the traces cannot be read
 */
export async function captureEvidence(
  service: string,
  reason: string,
  only?: RuleSubject,
): Promise<void> {
  for (const { subject, episodes } of await bySubject(await openEpisodesOf(service)))
    if (!only || JSON.stringify(only) === JSON.stringify(subject))
      await captureSubject({ service, subject }, episodes, reason);
}

/** An alert about machines counts no requests; what goes wrong meanwhile is evidence all the same. */
export const captureSubjectOf = ({ kind, thresholdMs, quantile }: RuleSubject): RuleSubject => ({
  kind: kind === 'infrastructure' ? 'unreadable' : kind,
  thresholdMs,
  quantile,
});

async function captureSubject(
  by: AffectedBy,
  open: readonly OpenEpisode[],
  reason: string,
): Promise<void> {
  const ids = open.map(({ id }) => id);
  const toMs = Date.now();
  const fromMs = Math.min(...open.map(({ from_at }) => from_at.getTime()));
  const affected = await findAffectedRequests(by, fromMs, toMs);
  const { kept, bytes } = await assembleRequests(
    selectRequests(tellingRequests(by, affected, toMs)),
  );
  const signatures = affected.signatures.map(({ signature }) => signature).slice(0, 50);
  const summary = {
    subject: by.subject,
    requests: kept.map(({ id, gathered }) => summarizeRequest(id, gathered)),
    signatures: affected.signatures.slice(0, 20),
    excerpts: kept.flatMap(({ gathered }) => errorExcerpts(gathered)).slice(0, MAX_EXCERPTS),
  };
  const leading =
    (await findLeadingFailure(by, affected)) ??
    findLeadingVerdict(kept.map(({ gathered }) => gathered)) ??
    mostFrequent(by, affected);
  const id = await insertEvidence(
    { service: by.service, reason, fromMs, toMs, summary, bytes },
    kept,
    ids,
    signatures,
    leading,
  );
  await withLockedEpisodes(ids, ({ addEvent }) =>
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

interface KeptRequest {
  readonly id: string;
  readonly content: Buffer;
  readonly gathered: AssembledRequest;
}

/** The requests as their pages show them, as many as fit. */
async function assembleRequests(
  ids: readonly string[],
): Promise<{ kept: KeptRequest[]; bytes: number }> {
  const kept: KeptRequest[] = [];
  let bytes = 0;
  const waiting = [...ids];
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
  return { kept, bytes };
}

const errorExcerpts = ({ view }: AssembledRequest) =>
  view.logs
    .filter(({ level }) => level === 'error' || level === 'fatal')
    .slice(0, 2)
    .map(({ time, service, body }) => ({ time, service, body: body.slice(0, 500) }));

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
      undefined,
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
/**
 * Of a missing call those that have waited for it: what was sent within the last minute may still be
 * taken, and its page says no more than "So far".
 */
function tellingRequests(
  { subject }: AffectedBy,
  { requests }: AffectedRequests,
  nowMs: number,
): readonly AffectedRequest[] {
  if (subject.kind !== 'missing_calls') return requests;
  const waited = requests.filter(({ root }) => root.startNs < msToNs(nowMs - MINUTE_MS));
  return waited.length > 0 ? waited : requests;
}

function selectRequests(requests: readonly AffectedRequest[]): string[] {
  const bySignature = new Map<string, string[]>();
  for (const { signature, root } of requests) {
    const ids = bySignature.get(signature) ?? [];
    bySignature.set(signature, ids);
    if (ids.length < MAX_PER_SIGNATURE) ids.push(root.correlationId ?? root.traceId);
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
