import { asTraceId, type TraceId } from '@/lib/correlation-id/grammar';
import { parseJson, outbound, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { OutboundError } from '@/lib/http/outbound-error';
import type { Backend } from '@/lib/http/backend';
import type { OutboundRequest, OutboundResponse } from '@/lib/http/outbound-call';
import { epochNs, NS_PER_SECOND, type Window } from '@/lib/time/units';
import { exceptionTypeOf } from '../conventions';
import type {
  Answer,
  CallOptions,
  FailuresQuery,
  RecentQuery,
  RootSummary,
  Span,
  TraceHit,
  TraceSource,
} from '../model';
import { distinctReasons, explainPartial } from '../partial-reason';
import { readTraceV1, readTraceV2, tempoWarning } from './read-trace';
import { FailureReader, limitsOf, mostFrequentOperation, onePerRequest } from './failed-requests';
import type { FoundPlace } from './found-spans';
import { readFound, summaryInState, type FoundRequest } from './root-summary';
import {
  bySpanId,
  countOfFailed,
  countOfRoots,
  DIALECTS,
  recent,
  spansWithId,
  type RootQuery,
  type TraceQl,
} from './traceql';
import { buildInfo, metricAnswer, searchAnswer, type FoundTrace } from './wire';

const TRACE_BYTES = 64 * 1024 * 1024;
const SEARCH_BYTES = 32 * 1024 * 1024;
const SMALL_BYTES = 1024 * 1024;
const MAX_TRACES = 500;
/** More failures would not fit into an answer. */
const MAX_FAILURES = 1_000;
/** Spans of a trace that a search tells of: what Tempo gives at most unless it is configured. */
const SPANS_PER_TRACE = '100';
/** Tempo refuses a search over more than 168 h; a minute of slack for rounding to seconds. */
const MAX_RANGE_NS = (168n * 3600n - 60n) * NS_PER_SECOND;
/** `query_end_cutoff` of 3.0, and the flush of live traces before it. */
const SEARCH_LAG_MS = 30_000;

/** Grafana Tempo, 2.3 to 3.x (docs/compatibility.md). It reads parameters from the URL only. */
export function tempoSource(
  backend: Backend,
  lookupAttributes: readonly string[] = [],
): TraceSource {
  // What this server turned out to be, learned from its refusals: v2 comes with 2.6, nested sets
  // and the hint for the newest in between and after.
  let hasV2 = true;
  let hasMetrics = true;
  let dialect = 0;
  // Blocks of before Tempo 2.7 have no events to search, which no refusal tells.
  let tellsExceptions = false;
  const reader = new FailureReader(fetchTrace);

  const get = (
    path: string[],
    query: Record<string, string>,
    options: CallOptions,
    extra: Pick<OutboundRequest, 'maxBytes' | 'acceptStatus' | 'headers'>,
  ): Promise<OutboundResponse> =>
    outbound({
      backend,
      path,
      query,
      timeoutMs: SOURCE_DEADLINE_MS,
      signal: options.signal,
      budget: options.budget,
      ...extra,
    });

  async function search(
    query: TraceQl,
    window: Window,
    limit: number,
    options: CallOptions,
  ): Promise<Answer<FoundTrace[]>> {
    const clamped =
      window.endNs - window.startNs > MAX_RANGE_NS
        ? { ...window, startNs: epochNs(window.endNs - MAX_RANGE_NS) }
        : window;
    const response = await get(
      ['api', 'search'],
      { q: query, limit: String(limit), spss: SPANS_PER_TRACE, ...seconds(clamped) },
      options,
      { maxBytes: SEARCH_BYTES },
    );
    const parsed = searchAnswer.safeParse(parseJson(response));
    if (!parsed.success)
      throw new OutboundError('protocol', 'the answer is not a search result of Tempo');
    const { traces, metrics, status, message } = parsed.data;
    const partial = [
      ...(metrics && metrics.completedJobs < metrics.totalJobs
        ? [
            explainPartial({
              code: 'search_incomplete',
              source: 'Tempo',
              done: metrics.completedJobs,
              total: metrics.totalJobs,
            }),
          ]
        : []),
      ...(status === 'PARTIAL' ? [tempoWarning(message || 'the search is not complete')] : []),
      ...(traces.length >= limit
        ? [explainPartial({ code: 'row_limit', kept: 'first', rows: 'traces', limit })]
        : []),
      ...(clamped === window
        ? []
        : [explainPartial({ code: 'search_range_limit', source: 'Tempo', hours: 168 })]),
    ];
    return { data: traces, partial };
  }

  /** Requests by their roots, in the newest words of the language that this server takes. */
  async function searchRoots(
    query: RootQuery & Pick<RecentQuery, 'window' | 'limit'>,
    options: CallOptions,
  ): Promise<Answer<FoundRequest[]>> {
    for (;;) {
      const tried = dialect;
      try {
        const text = recent(query, DIALECTS[tried]!);
        const { data, partial } = await search(text, query.window, query.limit, options);
        return { data: data.flatMap((trace) => readFound(trace) ?? []), partial };
      } catch (error) {
        if (
          !(error instanceof OutboundError) ||
          error.status !== 400 ||
          !/parse|syntax/i.test(error.message) ||
          tried === DIALECTS.length - 1
        )
          throw error;
        dialect = Math.max(dialect, tried + 1);
      }
    }
  }

  /**
   * Failed requests by their roots. Where there are more than the limit, others are asked for
   * without the most frequent operation, so that a storm does not hide them.
   */
  async function searchFailures(
    query: FailuresQuery,
    options: CallOptions,
  ): Promise<Answer<FoundRequest[]>> {
    const failed = { ...query, state: 'failed' as const };
    const first = await searchRoots(failed, options);
    const { hasNestedSets } = DIALECTS[dialect]!;
    if (first.data.length < query.limit || !hasNestedSets) return first;
    const except = mostFrequentOperation(first.data);
    const others = await searchRoots({ ...failed, except }, options);
    const byTrace = new Map(
      [...first.data, ...others.data].map((each) => [each.summary.traceId, each]),
    );
    return {
      data: [...byTrace.values()],
      partial: distinctReasons([...first.partial, ...others.partial]),
    };
  }

  /**
   * Asked without times: those of a search are of the blocks it saw, and would cut a trace that
   * lasts.
   */
  async function fetchTrace(traceId: TraceId, options: CallOptions): Promise<Answer<Span[]>> {
    const extra = {
      maxBytes: TRACE_BYTES,
      acceptStatus: [404],
      headers: { accept: 'application/protobuf' },
    };
    if (hasV2) {
      const v2 = await get(['api', 'v2', 'traces', traceId], {}, options, extra);
      if (v2.status === 200) return readTraceV2(v2);
      // Before 2.6 there is no such route; an unknown trace is an empty answer of it.
      if (v2.body.toString('utf8', 0, 200).includes('page not found')) hasV2 = false;
    }
    // v1 says 404 for an unknown trace, and 422 for one that is too large.
    const v1 = await get(['api', 'traces', traceId], {}, options, extra);
    if (v1.status === 404) return { data: [], partial: [] };
    return readTraceV1(v1);
  }

  /** How many spans a query finds, where the server counts. */
  async function count(
    query: TraceQl,
    window: Window,
    options: CallOptions,
  ): Promise<number | undefined> {
    if (!hasMetrics) return undefined;
    try {
      const response = await get(
        ['api', 'metrics', 'query'],
        { q: query, ...seconds(window) },
        options,
        { maxBytes: SMALL_BYTES },
      );
      const parsed = metricAnswer.safeParse(parseJson(response));
      return parsed.success && parsed.data.status !== 'PARTIAL'
        ? parsed.data.series.reduce((sum, { value }) => sum + value, 0)
        : undefined;
    } catch (error) {
      // TraceQL metrics are not in every Tempo, and not switched on in every other: the list stands
      // without its total.
      if (!(error instanceof OutboundError)) throw error;
      hasMetrics = error.status !== 404;
      return undefined;
    }
  }

  return {
    name: 'Tempo',
    indexed: false,
    searchLagMs: SEARCH_LAG_MS,
    async find(id, window, options) {
      const found = await search(spansWithId(id, lookupAttributes), window, MAX_TRACES, options);
      return { ...found, data: found.data.flatMap(hitOf) };
    },
    fetch: fetchTrace,
    async recent(query, options) {
      const { state, service, window, limit, order } = query;
      const [found, total] = await Promise.all([
        searchRoots(query, options),
        count(countOfRoots(service), window, options),
      ]);
      const roots = found.data.flatMap((each) => summaryInState(each, state)).sort(newestFirst);
      const newest =
        order === 'slowest' && found.data.length >= limit
          ? [explainPartial({ code: 'slowest_of_newest', source: 'Tempo', limit })]
          : [];
      return { data: { roots, total }, partial: [...found.partial, ...newest] };
    },
    async failures(query, options) {
      const limit = Math.min(query.limit, MAX_FAILURES);
      const { service, window } = query;
      const [found, total] = await Promise.all([
        searchFailures({ ...query, limit }, options),
        count(countOfRoots(service), window, options),
      ]);
      const isComplete = found.data.length < limit;
      // Without nested sets a trace is taken for a failed request until it was read.
      const failed = found.data.filter(({ root }) => !root || root.outcome === 'failed');
      tellsExceptions ||= failed.some(({ places }) => places.some(hasExceptionType));
      const { hasNestedSets, hasEvents } = DIALECTS[dialect]!;
      const requests = await reader.explain(
        onePerRequest(failed),
        hasNestedSets && hasEvents && tellsExceptions,
        options,
      );
      const failedTotal = isComplete
        ? requests.length
        : await count(countOfFailed(service), window, options);
      return {
        data: { requests: requests.sort(newestFirst), failedTotal, total },
        partial: [
          ...found.partial.filter(({ code }) => code !== 'row_limit'),
          ...limitsOf(requests, isComplete, failedTotal),
        ],
      };
    },
    async traceOfSpan(spanId, window, options) {
      const found = await search(bySpanId(spanId), window, 1, options).catch((error: unknown) => {
        // `span:id` comes with 2.6.
        if (error instanceof OutboundError && error.status === 400) return undefined;
        throw error;
      });
      return asTraceId(found?.data[0]?.traceID ?? '');
    },
    async ping(options) {
      const parsed = buildInfo.safeParse(
        parseJson(
          await get(['api', 'status', 'buildinfo'], {}, options, { maxBytes: SMALL_BYTES }),
        ),
      );
      return parsed.success ? `Tempo ${parsed.data.version.replace(/^v/, '')}` : 'Tempo';
    },
  };
}

/** Whole seconds, the end rounded up: Tempo's unit. */
const seconds = (window: Window) => ({
  start: String(window.startNs / NS_PER_SECOND),
  end: String(window.endNs / NS_PER_SECOND + 1n),
});
function hitOf(trace: FoundTrace): TraceHit[] {
  const traceId = asTraceId(trace.traceID);
  return traceId ? [{ traceId }] : [];
}

const newestFirst = (a: RootSummary, b: RootSummary): number => (a.startNs < b.startNs ? 1 : -1);

const hasExceptionType = ({ span }: FoundPlace): boolean => exceptionTypeOf(span) !== undefined;
