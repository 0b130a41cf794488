import type { Answer, CallOptions, MetricSource, Series, Span } from '@/lib/telemetry/model';
import { oneOf, promql, selector, type PromQl } from '@/lib/telemetry/prometheus/promql';
import { ENTRY } from '@/lib/telemetry/prometheus/span-metrics';
import { epochMs, nsToMs } from '@/lib/time/units';
import type { InvolvedWorkloads } from './involved-workloads';

const BASELINE_SECONDS = 3600;
/** So long a storm of retries is measured; what came before it is the usual. */
const STORM_SECONDS = 120;
/** Calls are counted when they have ended, and scraped after that. */
const COUNTED_AFTER_MS = 30_000;
/** Of the span metrics, Tempo's and ours alike. */
const LAST_BUCKET_SECONDS = 16.384;

/** What was usual in the hour before a request. Durations are nanoseconds. */
export interface Baseline {
  /** Median duration of the span's operation. */
  readonly normalNs: (span: Span) => number | null;
  /** How many messages of the producer's queue were consumed. */
  readonly consumedBefore: (producer: Span) => number;
  /** What messages of this producer's service wait at most (95 of 100). */
  readonly usualWaitNs: (producer: Span) => number | null;
  /** Calls from one service to another for each request that the first takes in. */
  readonly callsPerRequest: (client: string, server: string) => CallRatio | null;
}

export interface CallRatio {
  /** Around the request. */
  readonly now: number;
  /** In the hour before it. */
  readonly normal: number | null;
}

export const NO_BASELINE: Baseline = {
  normalNs: () => null,
  consumedBefore: () => 0,
  usualWaitNs: () => null,
  callsPerRequest: () => null,
};

const NO_SERIES: Answer<readonly Series[]> = { data: [], partial: [] };

/** Reads the baseline of a request that started at `startNs`. @throws OutboundError */
export async function loadBaseline(
  source: MetricSource,
  workloads: InvolvedWorkloads,
  startNs: bigint,
  nowMs: number,
  options: CallOptions,
): Promise<Baseline> {
  const { services, sends, retries } = workloads;
  const at = nsToMs(startNs);
  const afterCounted = epochMs(Math.min(nowMs, at + COUNTED_AFTER_MS));
  const instant = (needed: boolean, query: PromQl, time = at) =>
    needed ? source.instant(query, time, options) : NO_SERIES;
  const [medians, consumed, waits, callsNow, callsBefore] = await Promise.all([
    instant(true, medianDurations(services)),
    instant(sends, consumedMessages()),
    instant(sends, waitPercentiles(services)),
    instant(retries, callsPerRequest(services, STORM_SECONDS, 0), afterCounted),
    instant(retries, callsPerRequest(services, BASELINE_SECONDS, STORM_SECONDS)),
  ]);
  const medianByOperation = new Map(
    medians.data.map(({ labels, points }) => [
      `${labels.service}\n${labels.span_name}\n${labels.span_kind}`,
      points[0]?.value ?? null,
    ]),
  );
  return {
    normalNs({ service, name, kind }) {
      const key = `${service}\n${name}\nSPAN_KIND_${kind.toUpperCase()}`;
      return measuredNs(medianByOperation.get(key));
    },
    consumedBefore(producer) {
      // Messaging conventions name consumer spans by their destination: "process orders".
      const queue = String(producer.attributes['messaging.destination.name']);
      return consumed.data
        .filter(({ labels }) => (labels.span_name ?? '').split(/\s+/).includes(queue))
        .reduce((sum, series) => sum + (series.points[0]?.value ?? 0), 0);
    },
    usualWaitNs: ({ service }) =>
      measuredNs(valueWhere(waits.data, ({ labels }) => labels.client === service)),
    callsPerRequest(client, server) {
      const between = ({ labels }: Series) => labels.client === client && labels.server === server;
      const now = valueWhere(callsNow.data, between);
      return now === null ? null : { now, normal: valueWhere(callsBefore.data, between) };
    },
  };
}

/** At the last bucket's edge the histogram only says "at least": that is no measure. */
function measuredNs(seconds: number | null | undefined): number | null {
  if (seconds === null || seconds === undefined) return null;
  return seconds >= LAST_BUCKET_SECONDS ? null : Math.round(seconds * 1e9);
}

const valueWhere = (series: readonly Series[], matches: (each: Series) => boolean) =>
  series.find(matches)?.points[0]?.value ?? null;

function medianDurations(services: readonly string[]): PromQl {
  const buckets = selector(
    'traces_spanmetrics_latency_bucket',
    [['service', '=~', oneOf(services)]],
    BASELINE_SECONDS,
  );
  const byOperation = promql`sum by (le, service, span_name, span_kind) (rate(${buckets}))`;
  return promql`histogram_quantile(0.5, ${byOperation})`;
}

function consumedMessages(): PromQl {
  const calls = selector(
    'traces_spanmetrics_calls_total',
    [['span_kind', '=', 'SPAN_KIND_CONSUMER']],
    BASELINE_SECONDS,
  );
  return promql`sum by (span_name) (increase(${calls}))`;
}

function waitPercentiles(services: readonly string[]): PromQl {
  const buckets = selector(
    'traces_service_graph_request_messaging_system_seconds_bucket',
    [['client', '=~', oneOf(services)]],
    BASELINE_SECONDS,
  );
  return promql`histogram_quantile(0.95, sum by (le, client) (rate(${buckets})))`;
}

/** Calls between two services, for each request that the caller took in; `offset` seconds ago. */
function callsPerRequest(services: readonly string[], range: number, offset: number): PromQl {
  const calls = selector(
    'traces_service_graph_request_total',
    [['client', '=~', oneOf(services)]],
    range,
  );
  const taken = selector(
    'traces_spanmetrics_calls_total',
    [['service', '=~', oneOf(services)], ENTRY],
    range,
  );
  const rate = (series: PromQl) =>
    offset ? promql`rate(${series} offset ${offset}s)` : promql`rate(${series})`;
  const made = promql`sum by (client, server) (${rate(calls)})`;
  const received = promql`sum by (service) (${rate(taken)}) > 0`;
  const byClient = promql`label_replace(${received}, "client", "$1", "service", "(.+)")`;
  return promql`${made} / on (client) group_left () ${byClient}`;
}
