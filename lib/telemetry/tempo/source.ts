import { asCorrelationId, asTraceId, type TraceId } from '@/lib/correlation/grammar';
import { jsonOf, outbound, OutboundError, SOURCE_DEADLINE_MS, type OutboundResponse } from '@/lib/http/outbound';
import { epochNs, HOUR_MS, NS_PER_SECOND, padded, type Window } from '@/lib/time/units';
import type { Answer, CallOptions, RootSummary, Span, TraceSource } from '../model';
import { TraceRequest } from '../otlp/schema';
import { normalizeSpans } from '../otlp/normalize';
import type { WireResourceSpans } from '../otlp/wire';
import { buildInfo, searchAnswer, traceAnswer, type FoundTrace } from './wire';
import { byCorrelationId, bySpanId, recent } from './traceql';

const TRACE_BYTES = 64 * 1024 * 1024;
const SEARCH_BYTES = 32 * 1024 * 1024;
const MAX_TRACES = 500;
/** Tempo refuses a search over more than 168 h; a minute of slack for rounding to seconds. */
const MAX_RANGE_NS = (168n * 3600n - 60n) * NS_PER_SECOND;

/** Grafana Tempo, 2.3 and later. It reads parameters from the URL only. */
export function tempoSource(base: string): TraceSource {
  const get = (path: string[], query: Record<string, string>, options: CallOptions, extra: { maxBytes: number; accept?: number[]; headers?: Record<string, string> }): Promise<OutboundResponse> =>
    outbound({ base, path, query, timeoutMs: SOURCE_DEADLINE_MS, signal: options.signal, ...extra });

  async function search(q: string, window: Window, limit: number, options: CallOptions): Promise<Answer<FoundTrace[]>> {
    const clamped = window.endNs - window.startNs > MAX_RANGE_NS ? { ...window, startNs: epochNs(window.endNs - MAX_RANGE_NS) } : window;
    const response = await get(['api', 'search'], { q, limit: String(limit), spss: '20', start: String(clamped.startNs / NS_PER_SECOND), end: String(clamped.endNs / NS_PER_SECOND + 1n) }, options, { maxBytes: SEARCH_BYTES });
    const parsed = searchAnswer.safeParse(jsonOf(response));
    if (!parsed.success) throw new OutboundError('protocol', 'the answer is not a search result of Tempo');
    const { traces, metrics } = parsed.data;
    const partial = [
      ...(metrics && metrics.completedJobs < metrics.totalJobs ? [`Tempo finished ${metrics.completedJobs} of ${metrics.totalJobs} search jobs`] : []),
      ...(traces.length >= limit ? [`only the first ${limit} traces were read`] : []),
      ...(clamped === window ? [] : ['Tempo searches at most 168 h']),
    ];
    return { data: traces, partial };
  }

  async function fetchTrace(traceId: TraceId, near: Window | undefined, options: CallOptions): Promise<Answer<Span[]>> {
    const around = near ? padded(near, HOUR_MS) : undefined;
    const query: Record<string, string> = around ? { start: String(around.startNs / NS_PER_SECOND), end: String(around.endNs / NS_PER_SECOND) } : {};
    const headers = { accept: 'application/protobuf' };
    const v2 = await get(['api', 'v2', 'traces', traceId], query, options, { maxBytes: TRACE_BYTES, accept: [404], headers: { accept: 'application/json' } });
    const known = v2.status === 200 ? readJson(v2) : undefined;
    if (known?.data.length) return known;
    // Before 2.6 there is no v2 (404); v1 also says 404 for an unknown trace, and 422 for one that is too large.
    const v1 = await get(['api', 'traces', traceId], query, options, { maxBytes: TRACE_BYTES, accept: [404], headers });
    if (v1.status === 404) return { data: [], partial: known?.partial ?? [] };
    return v1.contentType.includes('protobuf') ? readProtobuf(v1) : readJson(v1);
  }

  return {
    name: 'Tempo',
    indexed: false,
    async find(id, window, options) {
      const found = await search(byCorrelationId(id), window, MAX_TRACES, options);
      return { ...found, data: found.data.flatMap((trace) => { const traceId = asTraceId(trace.traceID); return traceId ? [{ traceId, startNs: epochNs(BigInt(trace.startTimeUnixNano)), endNs: epochNs(BigInt(trace.startTimeUnixNano) + BigInt(Math.ceil(trace.durationMs)) * 1_000_000n) }] : []; }) };
    },
    fetch: (traceId, options) => fetchTrace(traceId, options.near, options),
    async recent(query, options) {
      const found = await search(recent(query.state, query.service), query.window, query.limit, options);
      const roots = found.data.flatMap((trace) => rootOf(trace, query.state === 'failed')).sort((a, b) => (a.startNs < b.startNs ? 1 : -1));
      return { data: { roots, total: undefined }, partial: found.partial };
    },
    async traceOfSpan(spanId, window, options) {
      const found = await search(bySpanId(spanId), window, 1, options);
      return asTraceId(found.data[0]?.traceID ?? '');
    },
    async ping(options) {
      const parsed = buildInfo.safeParse(jsonOf(await get(['api', 'status', 'buildinfo'], {}, options, { maxBytes: 65_536 })));
      return parsed.success ? `Tempo ${parsed.data.version}` : 'Tempo';
    },
  };
}

function readJson(response: OutboundResponse): Answer<Span[]> {
  const parsed = traceAnswer.safeParse(jsonOf(response));
  if (!parsed.success) throw new OutboundError('protocol', 'the answer is not a trace of Tempo');
  const body = parsed.data;
  const holder = 'trace' in body && body.trace ? body.trace : (body as { batches?: unknown[]; resourceSpans?: unknown[] });
  const spans = normalizeSpans((holder.batches ?? holder.resourceSpans ?? []) as WireResourceSpans[]);
  const partial = 'status' in body && body.status === 'PARTIAL' ? [`Tempo: ${body.message || 'the trace is not complete'}`] : [];
  return { data: spans.items, partial: [...partial, ...(spans.rejected.length ? [`${spans.rejected.length} spans could not be read`] : [])] };
}

function readProtobuf(response: OutboundResponse): Answer<Span[]> {
  try {
    const message = TraceRequest.decode(response.body) as unknown as { resourceSpans: WireResourceSpans[] };
    return { data: normalizeSpans(message.resourceSpans).items, partial: [] };
  } catch {
    throw new OutboundError('protocol', 'the answer is not a trace of Tempo');
  }
}

function rootOf(trace: FoundTrace, failed: boolean): RootSummary[] {
  const traceId = asTraceId(trace.traceID);
  if (!traceId) return [];
  const spans = (trace.spanSets ?? (trace.spanSet ? [trace.spanSet] : [])).flatMap((set) => set.spans);
  const read = (key: string, from = spans) => from.flatMap((span) => span.attributes ?? []).find((attribute) => attribute.key === key)?.value;
  const id = read('correlation_id')?.stringValue;
  const last = spans.at(-1);
  const status = read('http.response.status_code')?.intValue;
  return [
    {
      traceId,
      correlationId: id ? asCorrelationId(id) : undefined,
      service: trace.rootServiceName,
      name: trace.rootTraceName,
      startNs: epochNs(BigInt(trace.startTimeUnixNano)),
      durationNs: BigInt(Math.round(trace.durationMs)) * 1_000_000n,
      failed,
      status: status === undefined ? '' : String(status),
      culprit: failed && last ? { service: read('service.name', [last])?.stringValue ?? trace.rootServiceName, name: last.name ?? trace.rootTraceName, errorType: read('error.type', [last])?.stringValue ?? 'error' } : undefined,
    },
  ];
}
