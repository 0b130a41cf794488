import type { TraceId } from '@/lib/correlation-id/grammar';
import type { Span } from '@/lib/telemetry/model';
import { MINUTE_MS, padded, type Window } from '@/lib/time/units';

/** Traces in one query: a query has a length. */
const MAX_TRACES_PER_QUERY = 50;

export interface FetchedTrace {
  readonly traceId: TraceId;
  readonly spans: readonly Span[];
}

export interface TraceQuery {
  readonly traceIds: readonly TraceId[];
  readonly window: Window;
}

/** From the first start to the last end. @param spans at least one */
export function windowOfSpans(spans: readonly Span[]): Window {
  let { startNs, endNs } = spans[0]!;
  for (const span of spans) {
    if (span.startNs < startNs) startNs = span.startNs;
    if (span.endNs > endNs) endNs = span.endNs;
  }
  return { startNs, endNs };
}

/** Traces whose windows touch (a minute around each), as one query each. Pure. */
export function groupTracesByTime(traces: readonly FetchedTrace[]): TraceQuery[] {
  const groups: { traceIds: TraceId[]; window: Window }[] = [];
  const byStart = traces
    .map(({ traceId, spans }) => ({ traceId, window: padded(windowOfSpans(spans), MINUTE_MS) }))
    .sort((a, b) => Number(a.window.startNs - b.window.startNs));
  for (const { traceId, window } of byStart) {
    const last = groups.at(-1);
    const touches = last !== undefined && window.startNs <= last.window.endNs;
    if (!touches || last.traceIds.length >= MAX_TRACES_PER_QUERY) {
      groups.push({ traceIds: [traceId], window });
      continue;
    }
    last.traceIds.push(traceId);
    if (window.endNs > last.window.endNs)
      last.window = { startNs: last.window.startNs, endNs: window.endNs };
  }
  return groups;
}
