import {
  asCorrelationId,
  asTraceId,
  CORRELATION_ATTRIBUTE,
  type SpanId,
  type TraceId,
} from '@/lib/correlation-id/grammar';
import { jsonOf, outbound, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { OutboundError } from '@/lib/http/outbound-error';
import type { Backend } from '@/lib/http/backend';
import type { OutboundRequest, OutboundResponse } from '@/lib/http/outbound-call';
import { epochNs, NS_PER_SECOND, type Window } from '@/lib/time/units';
import type {
  Answer,
  CallOptions,
  RecentQuery,
  RootSummary,
  Span,
  TraceHit,
  TraceSource,
} from '../model';
import { culpritOfErrors } from '../culprit';
import { explainPartial } from '../partial-reason';
import { normalizeSpans } from '../otlp/normalize';
import { TraceById, TraceRequest } from '../otlp/schema';
import type { WireResourceSpans } from '../otlp/wire';
import {
  bySpanId,
  carrying,
  countOfRoots,
  newestFirst,
  recent,
  recentByAnySpan,
  type TraceQl,
} from './traceql';
import {
  buildInfo,
  metricAnswer,
  searchAnswer,
  traceAnswer,
  type FoundSpan,
  type FoundTrace,
} from './wire';

const TRACE_BYTES = 64 * 1024 * 1024;
const SEARCH_BYTES = 32 * 1024 * 1024;
const SMALL_BYTES = 1024 * 1024;
const MAX_TRACES = 500;
/** Tempo refuses a search over more than 168 h; a minute of slack for rounding to seconds. */
const MAX_RANGE_NS = (168n * 3600n - 60n) * NS_PER_SECOND;
/** `query_end_cutoff` of 3.0, and the flush of live traces before it. */
const SEARCH_LAG_MS = 30_000;
/** What Tempo says of a trace whose root has not come. */
const NO_ROOT = '<root span not yet received>';

/** Grafana Tempo, 2.3 to 3.x (docs/compatibility.md). It reads parameters from the URL only. */
export function tempoSource(
  backend: Backend,
  lookupAttributes: readonly string[] = [],
): TraceSource {
  // What this server turned out to be, learned from its refusals: v2 comes with 2.6, nested sets and the hint for the newest in between and after.
  let hasV2 = true;
  let hasMetrics = true;
  let dialect = 0;

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
      { q: query, limit: String(limit), spss: '20', ...seconds(clamped) },
      options,
      { maxBytes: SEARCH_BYTES },
    );
    const parsed = searchAnswer.safeParse(jsonOf(response));
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
      ...(status === 'PARTIAL' ? [warning(message || 'the search is not complete')] : []),
      ...(traces.length >= limit
        ? [explainPartial({ code: 'row_limit', kept: 'first', rows: 'traces', limit })]
        : []),
      ...(clamped === window
        ? []
        : [explainPartial({ code: 'search_range_limit', source: 'Tempo', hours: 168 })]),
    ];
    return { data: traces, partial };
  }

  /** Recent requests, in the newest words of the language that this server takes. */
  async function searchRecent(
    { state, service, window, limit, spanFilter }: RecentQuery,
    options: CallOptions,
  ): Promise<Answer<FoundTrace[]>> {
    const forms = [
      newestFirst(recent(state, service, spanFilter)),
      recent(state, service, spanFilter),
      recentByAnySpan(state, service, spanFilter),
    ];
    for (;;) {
      const tried = dialect;
      try {
        return await search(forms[tried]!, window, limit, options);
      } catch (error) {
        if (
          !(error instanceof OutboundError) ||
          error.status !== 400 ||
          !/parse|syntax/i.test(error.message) ||
          tried === forms.length - 1
        )
          throw error;
        dialect = Math.max(dialect, tried + 1);
      }
    }
  }

  /** Asked without times: those of a search are of the blocks it saw, and would cut a trace that lasts. */
  async function fetchTrace(traceId: TraceId, options: CallOptions): Promise<Answer<Span[]>> {
    const extra = {
      maxBytes: TRACE_BYTES,
      acceptStatus: [404],
      headers: { accept: 'application/protobuf' },
    };
    if (hasV2) {
      const v2 = await get(['api', 'v2', 'traces', traceId], {}, options, extra);
      if (v2.status === 200) return isProtobuf(v2) ? readV2(v2) : readJson(v2);
      // Before 2.6 there is no such route; an unknown trace is an empty answer of it.
      if (v2.body.toString('utf8', 0, 200).includes('page not found')) hasV2 = false;
    }
    // v1 says 404 for an unknown trace, and 422 for one that is too large.
    const v1 = await get(['api', 'traces', traceId], {}, options, extra);
    if (v1.status === 404) return { data: [], partial: [] };
    return isProtobuf(v1) ? readV1(v1) : readJson(v1);
  }

  async function total(
    { service, window }: RecentQuery,
    options: CallOptions,
  ): Promise<number | undefined> {
    if (!hasMetrics) return undefined;
    try {
      const response = await get(
        ['api', 'metrics', 'query'],
        { q: countOfRoots(service), ...seconds(window) },
        options,
        { maxBytes: SMALL_BYTES },
      );
      const parsed = metricAnswer.safeParse(jsonOf(response));
      return parsed.success && parsed.data.status !== 'PARTIAL'
        ? parsed.data.series.reduce((sum, { value }) => sum + value, 0)
        : undefined;
    } catch (error) {
      // TraceQL metrics are not in every Tempo, and not switched on in every other: the list stands without its total.
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
      const found = await search(carrying(id, lookupAttributes), window, MAX_TRACES, options);
      return { ...found, data: found.data.flatMap(hitOf) };
    },
    fetch: fetchTrace,
    async recent(query, options) {
      const [found, count] = await Promise.all([
        searchRecent(query, options),
        total(query, options),
      ]);
      const roots = found.data
        .flatMap((trace) => rootOf(trace, query.state))
        .sort((a, b) => (a.startNs < b.startNs ? 1 : -1));
      const newest =
        query.order === 'slowest' && found.data.length >= query.limit
          ? [explainPartial({ code: 'slowest_of_newest', source: 'Tempo', limit: query.limit })]
          : [];
      return { data: { roots, total: count }, partial: [...found.partial, ...newest] };
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
        jsonOf(await get(['api', 'status', 'buildinfo'], {}, options, { maxBytes: SMALL_BYTES })),
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
const warning = (text: string) =>
  explainPartial({ code: 'source_warning', source: 'Tempo', text: `Tempo: ${text}` });
const isProtobuf = (response: OutboundResponse) => response.contentType.includes('protobuf');

function readJson(response: OutboundResponse): Answer<Span[]> {
  const parsed = traceAnswer.safeParse(jsonOf(response));
  if (!parsed.success) throw new OutboundError('protocol', 'the answer is not a trace of Tempo');
  const body = parsed.data;
  const holder =
    'trace' in body && body.trace
      ? body.trace
      : (body as { batches?: unknown[]; resourceSpans?: unknown[] });
  const incomplete =
    'status' in body && body.status === 'PARTIAL' ? (body.message ?? '') : undefined;
  return spansOf((holder.batches ?? holder.resourceSpans ?? []) as WireResourceSpans[], incomplete);
}

const readV1 = (response: OutboundResponse): Answer<Span[]> =>
  spansOf(
    decoded<{ resourceSpans: WireResourceSpans[] }>(TraceRequest, response).resourceSpans,
    undefined,
  );

function readV2(response: OutboundResponse): Answer<Span[]> {
  const { trace, status, message } = decoded<{
    trace?: { resourceSpans: WireResourceSpans[] } | null;
    status: number;
    message: string;
  }>(TraceById, response);
  return spansOf(trace?.resourceSpans ?? [], status === 0 ? undefined : message);
}

function decoded<Message>(type: typeof TraceRequest, response: OutboundResponse): Message {
  try {
    return type.decode(response.body) as unknown as Message;
  } catch {
    throw new OutboundError('protocol', 'the answer is not a trace of Tempo');
  }
}

/** `incomplete` is what Tempo said of a trace that is not whole. */
function spansOf(
  resourceSpans: readonly WireResourceSpans[],
  incomplete: string | undefined,
): Answer<Span[]> {
  const { items, rejected } = normalizeSpans(resourceSpans);
  return {
    data: items,
    partial: [
      ...(incomplete === undefined ? [] : [warning(incomplete || 'the trace is not complete')]),
      ...(rejected.length
        ? [explainPartial({ code: 'unreadable_spans', count: rejected.length })]
        : []),
    ],
  };
}

function hitOf(trace: FoundTrace): TraceHit[] {
  const traceId = asTraceId(trace.traceID);
  return traceId ? [{ traceId }] : [];
}

/** Spans come along for other reasons too. */
const DID_NOT_FAIL = new Set(['ok', 'unset']);

function rootOf(trace: FoundTrace, state: RecentQuery['state']): RootSummary[] {
  const traceId = asTraceId(trace.traceID);
  if (!traceId) return [];
  const spans = (trace.spanSets ?? (trace.spanSet ? [trace.spanSet] : [])).flatMap(
    (set) => set.spans,
  );
  const byStart = [...spans].sort((a, b) =>
    BigInt(a.startTimeUnixNano ?? 0) < BigInt(b.startTimeUnixNano ?? 0) ? -1 : 1,
  );
  // Before nested sets a root is known by its name only, and is not always among the spans that were selected.
  const root =
    spans.find((span) => textOf(span, 'nestedSetParent') === '-1') ??
    byStart.find((span) => span.name === trace.rootTraceName) ??
    spans[0];
  const id = spans.map((span) => textOf(span, CORRELATION_ATTRIBUTE)).find((value) => value !== '');
  const failed = state === 'failed' || textOf(root, 'status') === 'error';
  return [
    {
      traceId,
      correlationId: id ? asCorrelationId(id) : undefined,
      service:
        trace.rootServiceName === NO_ROOT || !trace.rootServiceName
          ? textOf(root, 'service.name')
          : trace.rootServiceName,
      name: trace.rootTraceName || (root?.name ?? ''),
      startNs: epochNs(BigInt(trace.startTimeUnixNano)),
      durationNs: BigInt(Math.round(trace.durationMs)) * 1_000_000n,
      failed,
      status: textOf(root, 'http.response.status_code'),
      culprit: failed
        ? culpritAmong(
            spans.flatMap((span, index) =>
              DID_NOT_FAIL.has(textOf(span, 'status')) ? [] : [placed(traceId, span, index)],
            ),
          )
        : undefined,
    },
  ];
}

/** Where no place in the tree is told, the one that began last: callers begin before whom they call. */
function culpritAmong(spans: readonly Span[]): RootSummary['culprit'] {
  if (spans.some((span) => span.parentSpanId !== undefined)) return culpritOfErrors(spans);
  return culpritOfErrors([...spans].sort((a, b) => (a.startNs < b.startNs ? 1 : -1)).slice(0, 1));
}

/** What a search tells of a span. Its place in the tree is a nested set: a span's own number, and its parent's. */
function placed(traceId: TraceId, span: FoundSpan, index: number): Span {
  const [own, above] = [
    Number(textOf(span, 'nestedSetLeft')),
    Number(textOf(span, 'nestedSetParent')),
  ];
  const startNs = epochNs(BigInt(span.startTimeUnixNano ?? 0));
  return {
    traceId,
    spanId: (own > 0 ? own : `unplaced ${index}`).toString() as SpanId,
    parentSpanId: above > 0 ? (String(above) as SpanId) : undefined,
    name: span.name ?? '',
    kind: 'internal',
    startNs,
    endNs: epochNs(startNs + BigInt(span.durationNanos ?? 0)),
    status: 'error',
    statusMessage: '',
    service: textOf(span, 'service.name'),
    attributes: Object.fromEntries(
      (span.attributes ?? []).map(({ key }) => [key, textOf(span, key)]),
    ),
    resource: {},
    scope: '',
    events: [],
    links: [],
  };
}

/** A selected attribute as text; empty when the span has none. */
function textOf(span: FoundSpan | undefined, key: string): string {
  const value = span?.attributes?.find((attribute) => attribute.key === key)?.value;
  return value?.stringValue ?? (value?.intValue === undefined ? '' : String(value.intValue));
}
