import type { LogLine, LogSource, MetricSource, Span, TraceSource } from '@/lib/telemetry/model';

/** Sources in memory: they answer by window, as a backend would. */
export function memorySources(
  spans: Span[],
  logs: LogLine[],
): { traces: TraceSource; logs: LogSource; metrics: MetricSource; asked: string[] } {
  const asked: string[] = [];
  const traces: TraceSource = {
    name: 'Tempo',
    indexed: false,
    searchLagMs: 30_000,
    async find(wanted, window) {
      asked.push('find');
      const hits = spans.filter(
        (each) =>
          each.attributes.correlation_id === wanted &&
          each.startNs >= window.startNs &&
          each.startNs < window.endNs,
      );
      return {
        data: [
          ...new Map(
            hits.map((each) => [
              each.traceId,
              { traceId: each.traceId, startNs: each.startNs, endNs: each.endNs },
            ]),
          ).values(),
        ],
        partial: [],
      };
    },
    async fetch(traceId) {
      asked.push(`fetch ${Number.parseInt(traceId, 16)}`);
      return { data: spans.filter((each) => each.traceId === traceId), partial: [] };
    },
    recent: async () => ({ data: { roots: [], total: 0 }, partial: [] }),
    failures: async () => ({
      data: { requests: [], failedTotal: 0, total: 0 },
      partial: [],
    }),
    traceOfSpan: async () => undefined,
    ping: async () => '',
  };
  const inside = (each: LogLine, window: { startNs: bigint; endNs: bigint }) =>
    each.timeNs >= window.startNs && each.timeNs < window.endNs;
  return {
    asked,
    traces,
    logs: {
      name: 'Loki',
      indexed: false,
      byCorrelationId: async (wanted, window) => ({
        data: logs.filter((each) => each.correlationId === wanted && inside(each, window)),
        partial: [],
      }),
      byTrace: async (ids, window) => ({
        data: logs.filter(
          (each) => each.traceId && ids.includes(each.traceId) && inside(each, window),
        ),
        partial: [],
      }),
      around: async () => ({ data: { before: [], after: [] }, partial: [] }),
      clusterEvents: async (window) => ({
        data: logs.filter((each) => each.service === 'kubernetes' && inside(each, window)),
        partial: [],
      }),
      ping: async () => '',
    },
    metrics: {
      name: 'Prometheus',
      instant: async () => ({ data: [], partial: [] }),
      range: async () => ({ data: [{ labels: { service: 'shop' }, points: [] }], partial: [] }),
      exemplars: async () => ({ data: [], partial: [] }),
      rules: async () => ({ data: { alerting: [], recording: [] }, partial: [] }),
      ping: async () => '',
    },
  };
}
