import { config } from '@/lib/config/load';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import type { Candidate } from '@/lib/correlation-id/resolve';
import { CORRELATION_ATTRIBUTE, asCorrelationId } from '@/lib/correlation-id/grammar';
import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { RootSummary } from '@/lib/telemetry/model';
import { distinctReasons } from '@/lib/telemetry/partial-reason';
import { sources } from '@/lib/telemetry/sources';
import {
  epochMs,
  epochNs,
  fromRfc3339,
  HOUR_MS,
  msToNs,
  toRfc3339,
  type Window,
} from '@/lib/time/units';
import { cachedRequest, cacheRequest } from './request-cache';
import { differences } from './compare';
import type { RecentRequests, RequestSummary } from '../explore/contract';
import type { Comparison, Operation, SurroundingLines } from './contract';
import { collectRequest, type AssembledRequest } from '../discovery/request-collector';
import type { EpisodesDuring } from '../discovery/open-episodes';
import { operationsOf } from '../correlation/operations';
import { plainLine } from './plain-line';
import { searchWindows } from '../discovery/search-windows';
import { groupBySignature } from '../verdict/signatures';

/** Among so many requests around it a healthy one is looked for. */
const MAX_CANDIDATES = 500;
const LINES_AROUND = 10;

export interface LoadOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly emit?: (gathered: AssembledRequest) => void;
  readonly episodes?: EpisodesDuring | undefined;
}

/** Gathers a request from the configured sources and keeps it for its windows. */
export async function loadRequest(
  id: CorrelationId,
  options: LoadOptions = {},
): Promise<AssembledRequest> {
  const gathered = await collectRequest(id, sources(), {
    nowMs: Date.now(),
    searchDays: config().SEARCH_DAYS,
    keptDays: config().RETENTION_HOURS / 24,
    window: parseWindow(options.from, options.to),
    signal: options.signal,
    episodes: options.episodes,
    emit:
      options.emit &&
      ((part) => {
        cacheRequest(part);
        options.emit!(part);
      }),
  });
  cacheRequest(gathered);
  return gathered;
}

/** The request under a revision; a replica that does not hold it assembles it again. @throws AppError not_found if it has changed since. */
export async function loadRevision(
  id: CorrelationId,
  revision: string,
  signal: AbortSignal,
): Promise<AssembledRequest> {
  const known = cachedRequest(id, revision);
  if (known) return known;
  const again = await loadRequest(id, { signal });
  if (again.view.revision !== revision)
    throw new AppError('not_found', 'The request has changed since. Load it again.');
  return again;
}

/**
 * What a request did differently from another, or from a healthy one: a request with the same root, that succeeded in about the
 * usual time, near to it.
 * @param revision of the request, where the asker has one: it is not gathered again
 * @throws AppError not_found when either is not there.
 */
export async function loadComparison(
  id: CorrelationId,
  other: CorrelationId | 'healthy',
  revision: string | undefined,
  signal: AbortSignal,
): Promise<Comparison> {
  const here =
    revision === undefined
      ? await loadRequest(id, { signal })
      : await loadRevision(id, revision, signal);
  if (here.request.tree.nodes.length === 0)
    throw new AppError(
      'not_found',
      'No span of this request was found; there is nothing to compare.',
    );
  const there = await loadRequest(
    other === 'healthy' ? await findHealthyRequest(here, signal) : other,
    {
      signal,
    },
  );
  if (there.request.tree.nodes.length === 0)
    throw new AppError('not_found', 'No span of the other request was found.');
  return {
    correlationId: id,
    with: {
      correlationId: there.view.correlationId,
      start: there.view.window!.start,
      durationNs: there.request.durationNs,
      healthy: other === 'healthy',
    },
    durationNs: here.request.durationNs,
    incomplete: distinctReasons(
      [here, there].flatMap(({ view }) =>
        view.ledger
          .filter(({ signal, state }) => signal === 'traces' && state !== 'ok')
          .flatMap(({ reasons }) => reasons),
      ),
    ),
    operations: differences(here.request, there.request),
  };
}

async function findHealthyRequest(
  { request }: AssembledRequest,
  signal: AbortSignal,
): Promise<CorrelationId> {
  const [root] = request.tree.nodes;
  const { service, name } = root!.span;
  const window: Window = {
    startNs: epochNs(request.originNs - msToNs(HOUR_MS)),
    endNs: epochNs(request.originNs + msToNs(HOUR_MS)),
  };
  const own = new Set<string>(request.tree.lanes.map((lane) => lane.traceId));
  const { traces } = sources();
  const answer = await orUnavailable(
    traces.name,
    traces.recent(
      {
        state: 'succeeded',
        service,
        spanFilter: { service, operation: name },
        window,
        limit: MAX_CANDIDATES,
      },
      { signal: AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]) },
    ),
  );
  const alike = answer.data.roots
    .filter(
      (each) =>
        each.service === service && each.name === name && !each.failed && !own.has(each.traceId),
    )
    .sort((a, b) => (a.durationNs < b.durationNs ? -1 : 1));
  const usual = alike[Math.floor(alike.length / 2)];
  if (!usual)
    throw new AppError(
      'not_found',
      `No healthy request of ${service} ${name} was found within an hour of this one${answer.partial.length ? `; ${answer.partial.map(({ sentence }) => sentence).join('; ')}` : ''}. Name another with ?with=.`,
    );
  return usual.correlationId ?? asCorrelationId(usual.traceId)!;
}

/** The operations of a request under its revision. @throws AppError not_found */
export async function loadOperations(
  id: CorrelationId,
  revision: string,
  signal: AbortSignal,
): Promise<{ readonly operations: readonly Operation[] }> {
  return { operations: operationsOf((await loadRevision(id, revision, signal)).request) };
}

/** @throws AppError invalid_input when the line is not of this revision, unavailable when the source does not answer */
export async function loadSurroundingLines(
  id: CorrelationId,
  revision: string,
  lineId: string,
  signal: AbortSignal,
): Promise<SurroundingLines> {
  const { request } = await loadRevision(id, revision, signal);
  const line = request.lines.find((placed) => placed.line.id === lineId)?.line;
  if (!line) throw new AppError('invalid_input', 'The line is not one of this revision.');
  const { logs } = sources();
  const { data, partial } = await orUnavailable(
    logs.name,
    logs.around(line, LINES_AROUND, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]),
    }),
  );
  return {
    source: logs.name,
    before: data.before.map(plainLine),
    after: data.after.map(plainLine),
    partial: [...partial],
  };
}

/** What a source answers. @throws AppError unavailable, with the source's own words, when it does not */
async function orUnavailable<Data>(source: string, answer: Promise<Data>): Promise<Data> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OutboundError)
      throw new AppError('unavailable', `${source} did not answer: ${error.message}.`);
    throw error;
  }
}

/** @throws AppError invalid_input when only one end is given or the end is not after the start. */
export function parseWindow(from: string | undefined, to: string | undefined): Window | undefined {
  if (!from && !to) return undefined;
  const startNs = fromRfc3339(from ?? '');
  const endNs = fromRfc3339(to ?? '');
  if (startNs === undefined || endNs === undefined || endNs <= startNs)
    throw new AppError('invalid_input', 'from and to must both be RFC 3339 times, from before to.');
  return { startNs, endNs };
}

/** Recent requests by state, with the failed ones grouped by signature. A source that fails costs the list, not the page. */
export async function loadRecent(
  query: {
    state: 'failed' | 'slow' | 'all';
    service?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
    cursor?: string | undefined;
    limit?: number;
  },
  signal?: AbortSignal,
): Promise<RecentRequests> {
  const now = Date.now();
  const asked = parseWindow(query.from, query.to) ?? {
    startNs: msToNs(now - HOUR_MS),
    endNs: msToNs(now + 1000),
  };
  const before = query.cursor ? fromRfc3339(query.cursor) : undefined;
  if (query.cursor && before === undefined)
    throw new AppError('invalid_input', 'The cursor is not one of ours.');
  const window = before !== undefined && before < asked.endNs ? { ...asked, endNs: before } : asked;
  const limit = query.limit ?? 200;
  const { traces } = sources();
  const base = {
    window: { from: toRfc3339(asked.startNs), to: toRfc3339(asked.endNs) },
    source: traces.name,
  };
  try {
    const answer = await traces.recent(
      { state: query.state, service: query.service, window, limit },
      {
        signal: signal
          ? AbortSignal.any([signal, AbortSignal.timeout(5000)])
          : AbortSignal.timeout(5000),
      },
    );
    const { roots, total } = answer.data;
    return {
      ...base,
      total: total ?? null,
      partial: [...answer.partial],
      requests: roots.map(toRequestSummary),
      signatures: groupBySignature(roots, window),
      failed: null,
      cursor: roots.length >= limit ? toRfc3339(roots.at(-1)!.startNs) : null,
    };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return {
      ...base,
      total: null,
      partial: [],
      requests: [],
      signatures: [],
      failed: `${traces.name} did not answer: ${error.message}.`,
      cursor: null,
    };
  }
}

export const toRequestSummary = (root: RootSummary): RequestSummary => ({
  correlationId: root.correlationId ?? null,
  traceId: root.traceId,
  service: root.service,
  name: root.name,
  start: toRfc3339(root.startNs),
  durationNs: Number(root.durationNs),
  failed: root.failed,
  status: root.status,
});

/** The id to open for a candidate: a trace or span id leads to the correlation id its trace carries, else to the trace itself. */
export async function resolveToRequestId(
  candidate: Candidate,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (candidate.kind === 'correlation-id') return candidate.id;
  const { traces } = sources();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(4000)]);
  try {
    let traceId = candidate.kind === 'trace-id' ? candidate.id : undefined;
    if (candidate.kind === 'span-id') {
      for (const window of searchWindows(epochMs(Date.now()), 1)) {
        traceId = await traces.traceOfSpan(candidate.id, window, { signal: deadline });
        if (traceId) break;
      }
    }
    if (!traceId) return undefined;
    const { data } = await traces.fetch(traceId, { signal: deadline });
    const carried = data
      .map((span) => span.attributes[CORRELATION_ATTRIBUTE])
      .find(
        (value): value is string =>
          typeof value === 'string' && asCorrelationId(value) !== undefined,
      );
    return carried ?? traceId;
  } catch (error) {
    if (error instanceof OutboundError)
      return candidate.kind === 'trace-id' ? candidate.id : undefined;
    throw error;
  }
}
