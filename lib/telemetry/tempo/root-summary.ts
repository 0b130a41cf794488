import {
  asCorrelationId,
  asTraceId,
  CORRELATION_ATTRIBUTE,
  type SpanId,
  type TraceId,
} from '@/lib/correlation-id/grammar';
import { epochNs } from '@/lib/time/units';
import { summarizeCulprit } from '../culprit';
import type { FailedRequest, RecentQuery, Span } from '../model';
import type { FoundSpan, FoundTrace } from './wire';

/** What Tempo says of a trace whose root has not come. */
const NO_ROOT = '<root span not yet received>';

/** Statuses of spans that a search returns beside those that failed. */
const NOT_FAILED = new Set(['ok', 'unset']);

/**
 * The request that a found trace stands for; none where its id is none.
 * @param state the state that was searched for: in a search for failures every trace has failed
 */
export function rootSummary(
  trace: FoundTrace,
  state: RecentQuery['state'],
): FailedRequest | undefined {
  const traceId = asTraceId(trace.traceID);
  if (!traceId) return undefined;
  const spans = (trace.spanSets ?? (trace.spanSet ? [trace.spanSet] : [])).flatMap(
    (set) => set.spans,
  );
  const byStart = [...spans].sort((a, b) =>
    BigInt(a.startTimeUnixNano ?? 0) < BigInt(b.startTimeUnixNano ?? 0) ? -1 : 1,
  );
  // Before nested sets a root is known by its name only, and is not always among the spans that
  // were selected.
  const root =
    spans.find((span) => textOf(span, 'nestedSetParent') === '-1') ??
    byStart.find((span) => span.name === trace.rootTraceName) ??
    spans[0];
  const id = spans.map((span) => textOf(span, CORRELATION_ATTRIBUTE)).find((value) => value !== '');
  const failed = state === 'failed' || textOf(root, 'status') === 'error';
  return {
    traceId,
    correlationId: id ? asCorrelationId(id) : undefined,
    service:
      trace.rootServiceName === NO_ROOT || !trace.rootServiceName
        ? textOf(root, 'service.name')
        : trace.rootServiceName,
    name: trace.rootTraceName || (root?.name ?? ''),
    startNs: epochNs(BigInt(trace.startTimeUnixNano)),
    durationNs: BigInt(Math.round(trace.durationMs)) * 1_000_000n,
    outcome: failed ? 'failed' : 'good',
    ended: true,
    status: textOf(root, 'http.response.status_code'),
    culprit: failed
      ? culpritAmong(
          spans.flatMap((span, index) =>
            NOT_FAILED.has(textOf(span, 'status')) ? [] : [toSpan(traceId, span, index)],
          ),
        )
      : undefined,
  };
}

/**
 * Where no place in the tree is told, the one that began last: callers begin before whom they call.
 */
function culpritAmong(spans: readonly Span[]): FailedRequest['culprit'] {
  if (spans.some((span) => span.parentSpanId !== undefined)) return summarizeCulprit(spans);
  return summarizeCulprit([...spans].sort((a, b) => (a.startNs < b.startNs ? 1 : -1)).slice(0, 1));
}

/**
 * A span of a search result. Its place in the tree is a nested set: a span's own number, and its
 * parent's.
 */
function toSpan(traceId: TraceId, span: FoundSpan, index: number): Span {
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
    ended: true,
    status: 'error',
    outcome: 'failed',
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
