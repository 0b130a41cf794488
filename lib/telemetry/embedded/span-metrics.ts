import { LRUCache } from 'lru-cache';
import { Counter, Gauge, Histogram, Summary } from 'prom-client';
import type { Registry } from 'prom-client';
import { processState } from '@/lib/config/process-state';
import { metrics } from '@/lib/observability/metrics';
import type { Span } from '../model';
import { clockAhead } from './clock-ahead';
import { spanIdentity } from '../span-identity';
import type { StoredSpan } from './write';

const BUCKETS = [
  0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.02, 2.05, 4.1, 8.2, 16.4,
];
/** As Tempo's metrics generator: beyond this, new label sets are counted and left out. */
const MAX_SERIES = 10_000;
/** Longer names are cut: they stand on every line of a histogram. */
const MAX_LABEL = 200;
/**
 * How long a span without any length waits for its end: some SDKs send a span when it begins, with
 * its start as its end.
 */
const LENGTH_WAIT_MS = 5_000;
/** How long one end of a call waits for the other. */
const EDGE_WAIT_MS = 10_000;
const MAX_UNPAIRED = 20_000;

const KIND_LABEL = {
  internal: 'SPAN_KIND_INTERNAL',
  server: 'SPAN_KIND_SERVER',
  client: 'SPAN_KIND_CLIENT',
  producer: 'SPAN_KIND_PRODUCER',
  consumer: 'SPAN_KIND_CONSUMER',
} as const;
const STATUS_LABEL = {
  unset: 'STATUS_CODE_UNSET',
  ok: 'STATUS_CODE_OK',
  error: 'STATUS_CODE_ERROR',
} as const;

type Side = 'client' | 'server';

/** One end of a call whose other end has not come yet. */
interface UnpairedSpan {
  readonly span: Span;
  readonly side: Side;
}

/**
 * Span metrics and the service graph under the names of Tempo's metrics generator, so that the same
 * rules and panels work.
 */
function create() {
  const registers = [metrics().registry as unknown as Registry];
  const edge = ['client', 'server', 'connection_type'];
  return {
    series: new Set<string>(),
    unpaired: new LRUCache<string, UnpairedSpan>({ max: MAX_UNPAIRED, ttl: EDGE_WAIT_MS }),
    withoutLength: new LRUCache<string, Span>({
      max: MAX_UNPAIRED,
      ttl: LENGTH_WAIT_MS,
      ttlAutopurge: true,
      dispose: (span, _, reason) => {
        if (reason === 'expire' || reason === 'evict') countSpan(spanMetrics(), span);
      },
    }),
    calls: new Counter({
      name: 'traces_spanmetrics_calls_total',
      help: 'Spans by operation.',
      labelNames: ['service', 'span_name', 'span_kind', 'status_code'],
      registers,
    }),
    latency: new Histogram({
      name: 'traces_spanmetrics_latency',
      help: 'Duration of spans in seconds.',
      labelNames: ['service', 'span_name', 'span_kind', 'status_code'],
      buckets: BUCKETS,
      enableExemplars: true,
      registers,
    }),
    requests: new Counter({
      name: 'traces_service_graph_request_total',
      help: 'Calls between two services.',
      labelNames: edge,
      registers,
    }),
    failed: new Counter({
      name: 'traces_service_graph_request_failed_total',
      help: 'Failed calls between two services.',
      labelNames: edge,
      registers,
    }),
    serverSeconds: new Histogram({
      name: 'traces_service_graph_request_server_seconds',
      help: 'Duration of calls between two services in seconds, measured by the server.',
      labelNames: edge,
      buckets: BUCKETS,
      registers,
    }),
    clientSeconds: new Histogram({
      name: 'traces_service_graph_request_client_seconds',
      help: 'Duration of calls between two services in seconds, measured by the client.',
      labelNames: edge,
      buckets: BUCKETS,
      registers,
    }),
    messagingSeconds: new Histogram({
      name: 'traces_service_graph_request_messaging_system_seconds',
      help: 'Time messages spent between two services in seconds.',
      labelNames: edge,
      buckets: BUCKETS,
      registers,
    }),
    clockSkew: new Summary({
      name: 'throughline_clock_skew_seconds',
      help:
        'How far the span of a server lies outside that of its client, in seconds; ' +
        'calls that are off by less than a tenth are left out.',
      labelNames: ['client', 'server'],
      percentiles: [],
      registers,
    }),
    discarded: new Counter({
      name: 'throughline_spanmetrics_discarded_total',
      help: 'Spans not counted in span metrics because the limit of label sets was reached.',
      registers,
    }),
    size: new Gauge({
      name: 'throughline_spanmetrics_series',
      help: 'Label sets of span metrics.',
      registers,
    }),
  };
}

const spanMetrics = processState('telemetry.span-metrics', create);

const seconds = (span: Span) => Number(span.endNs - span.startNs) / 1e9;

/**
 * Counts each span that was stored when it has an end, and once: in a retried batch, or when it is
 * sent again, it is counted no more.
 */
export function countSpans(stored: readonly StoredSpan[]): void {
  const to = spanMetrics();
  for (const { span, replaced } of stored) {
    if (!span.ended || replaced === 'finished') continue;
    const identity = spanIdentity(span);
    if (span.endNs === span.startNs) {
      to.withoutLength.set(identity, span);
      continue;
    }
    if (replaced === 'unfinished') to.withoutLength.delete(identity);
    countSpan(to, span);
  }
}

function countSpan(to: ReturnType<typeof create>, span: Span): void {
  const labels = {
    service: span.service.slice(0, MAX_LABEL),
    span_name: span.name.slice(0, MAX_LABEL),
    span_kind: KIND_LABEL[span.kind],
    status_code: STATUS_LABEL[span.outcome === 'failed' ? 'error' : span.status],
  };
  const key = `${labels.service}\n${labels.span_name}\n${labels.span_kind}\n${labels.status_code}`;
  if (!to.series.has(key)) {
    if (to.series.size >= MAX_SERIES) {
      to.discarded.inc();
      return;
    }
    to.series.add(key);
    to.size.set(to.series.size);
  }
  to.calls.inc(labels);
  to.latency.observe({
    labels,
    value: seconds(span),
    exemplarLabels: { trace_id: span.traceId },
  } as never);
  pair(to, span);
}

/** Counts a call once both of its ends have come. */
function pair(to: ReturnType<typeof create>, span: Span): void {
  const side = sideOf(span);
  if (!side) return;
  const keys = edgeKeys(span, side);
  const other = keys
    .map((key) => to.unpaired.get(key))
    .find((candidate) => candidate && candidate.side !== side);
  if (!other) {
    for (const key of keys) to.unpaired.set(key, { span, side });
    return;
  }
  for (const key of edgeKeys(other.span, other.side)) to.unpaired.delete(key);
  const [client, server] = side === 'client' ? [span, other.span] : [other.span, span];
  countEdge(to, client, server);
}

function sideOf({ kind }: Span): Side | undefined {
  if (kind === 'client' || kind === 'producer') return 'client';
  return kind === 'server' || kind === 'consumer' ? 'server' : undefined;
}

/**
 * The client's span, by which both ends know the call: the parent of the server, or the server's own
 * id where they share it (Zipkin's model). A consumer in a trace of its own has it as a link.
 */
function edgeKeys({ kind, traceId, spanId, parentSpanId, links }: Span, side: Side): string[] {
  const own = traceId + spanId;
  if (side === 'client') return [own];
  const link = kind === 'consumer' ? links[0] : undefined;
  if (link) return [link.traceId + link.spanId];
  return parentSpanId === undefined ? [own] : [traceId + parentSpanId, own];
}

/** Below this it is how exactly clocks of one network agree. */
const LEAST_SKEW_SECONDS = 0.1;

function countEdge(to: ReturnType<typeof create>, client: Span, server: Span): void {
  const isMessaging = client.kind === 'producer';
  const labels = {
    client: client.service.slice(0, MAX_LABEL),
    server: server.service.slice(0, MAX_LABEL),
    connection_type: isMessaging ? 'messaging_system' : '',
  };
  to.requests.inc(labels);
  if (client.outcome === 'failed' || server.outcome === 'failed') to.failed.inc(labels);
  to.serverSeconds.observe(labels, seconds(server));
  to.clientSeconds.observe(labels, seconds(client));
  if (!isMessaging) {
    const skew = Math.abs(clockAhead(client, server));
    if (skew >= LEAST_SKEW_SECONDS)
      to.clockSkew.observe({ client: labels.client, server: labels.server }, skew);
    return;
  }
  const transitNs = server.startNs - client.endNs;
  to.messagingSeconds.observe(labels, Math.max(0, Number(transitNs) / 1e9));
}
