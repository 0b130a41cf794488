import { OutboundError } from '@/lib/http/outbound';
import type { Answer, CallOptions, MetricSource, Series, Span } from '@/lib/telemetry/model';
import { oneOf, promql, selector, type PromQl } from '@/lib/telemetry/prometheus/promql';
import { byService, ENTRY, FAILED } from '@/lib/telemetry/prometheus/span-metrics';
import {
  epochMs,
  epochNs,
  MINUTE_MS,
  msToNs,
  nsToMs,
  padded,
  SECOND_MS,
  type Window,
} from '@/lib/time/units';
import { CONTEXT_MS } from '../view/axis';
import type { MetricPanel } from '../contract';

const STEP_SECONDS = 15;
const RATE_SECONDS = 60;
const BASELINE_SECONDS = 3600;
/** So long a storm of retries is looked at; what came before it is the usual. */
const STORM_SECONDS = 120;
const COUNTED_AFTER_MS = 30_000;
const MAX_NAMES = 40;
/** Tempo stamps exemplars when it sends them, up to 15 s after the span; scrapes come on top. */
const EXEMPLAR_LAG_MS = MINUTE_MS;
/** Of the span metrics, Tempo's and ours alike. */
const LAST_BUCKET_SECONDS = 16.384;

interface PanelQuery {
  readonly id: string;
  readonly title: string;
  readonly unit: MetricPanel['unit'];
  readonly label: 'service' | 'pod';
  readonly query: PromQl;
  /** Asked instead of the query, where one answer serves more than one panel; `derive` then gives what the query would. */
  readonly ask?: PromQl;
  readonly derive?: (series: readonly Series[]) => Series[];
  /** A histogram whose exemplars lead to traces. */
  readonly exemplars?: PromQl;
}

function panelQueries(services: readonly string[], pods: readonly string[]): PanelQuery[] {
  const service = ['service', '=~', oneOf(services)] as const;
  const pod = ['pod', '=~', oneOf(pods)] as const;
  const calls = selector('traces_spanmetrics_calls_total', [service, ENTRY], RATE_SECONDS);
  const failed = selector('traces_spanmetrics_calls_total', [service, ENTRY, FAILED], RATE_SECONDS);
  const byOutcome = promql`sum by (service, status_code) (rate(${calls}))`;
  const latency = selector('traces_spanmetrics_latency_bucket', [service, ENTRY], RATE_SECONDS);
  const forServices: PanelQuery[] = [
    {
      id: 'rate',
      title: 'Requests',
      unit: 'per-second',
      label: 'service',
      query: promql`sum by (service) (rate(${calls}))`,
      ask: byOutcome,
      derive: (series) => byService(series, (all) => all),
    },
    {
      id: 'errors',
      title: 'Errors',
      unit: 'ratio',
      label: 'service',
      query: promql`(sum by (service) (rate(${failed})) or 0 * sum by (service) (rate(${calls}))) / sum by (service) (rate(${calls}))`,
      ask: byOutcome,
      derive: (series) => byService(series, (all, failing) => failing / all),
    },
    {
      id: 'latency',
      title: 'Duration, 95th percentile',
      unit: 'seconds',
      label: 'service',
      query: promql`histogram_quantile(0.95, sum by (le, service) (rate(${latency})))`,
      exemplars: selector('traces_spanmetrics_latency_bucket', [service]),
    },
  ];
  const forPods: PanelQuery[] = [
    {
      id: 'cpu',
      title: 'CPU',
      unit: 'cores',
      label: 'pod',
      query: promql`sum by (pod) (rate(${selector('container_cpu_usage_seconds_total', [pod], RATE_SECONDS)}))`,
    },
    {
      id: 'memory',
      title: 'Memory',
      unit: 'bytes',
      label: 'pod',
      query: promql`sum by (pod) (${selector('container_memory_working_set_bytes', [pod])})`,
    },
    {
      id: 'restarts',
      title: 'Restarts',
      unit: 'count',
      label: 'pod',
      query: promql`sum by (pod) (${selector('kube_pod_container_status_restarts_total', [pod])})`,
    },
  ];
  return [...(services.length ? forServices : []), ...(pods.length ? forPods : [])];
}

/** The services and pods a request touched, as the metrics name them. */
export interface InvolvedWorkloads {
  readonly services: readonly string[];
  readonly pods: readonly string[];
  readonly nodes: readonly string[];
  readonly namespaces: readonly string[];
  /** It sent messages: whether such are taken is then worth knowing. */
  readonly sends: boolean;
  /** A call of it failed: how often such are made is then worth knowing. */
  readonly retries: boolean;
}

export function involvedWorkloads(spans: readonly Span[]): InvolvedWorkloads {
  const services = new Set<string>();
  const named = {
    'k8s.pod.name': new Set<string>(),
    'k8s.node.name': new Set<string>(),
    'k8s.namespace.name': new Set<string>(),
  };
  for (const span of spans) {
    services.add(span.service);
    for (const [attribute, names] of Object.entries(named)) {
      const name = span.resource[attribute];
      if (typeof name === 'string') names.add(name);
    }
  }
  const some = (names: ReadonlySet<string>) => [...names].sort().slice(0, MAX_NAMES);
  return {
    services: some(services),
    pods: some(named['k8s.pod.name']),
    nodes: some(named['k8s.node.name']),
    namespaces: some(named['k8s.namespace.name']),
    sends: spans.some((span) => span.kind === 'producer'),
    retries: spans.some((span) => span.kind === 'client' && span.status === 'error'),
  };
}

/** Metrics of all that was touched, on the context axis around `window`. A panel that fails, fails alone. */
export async function loadContextPanels(
  source: MetricSource,
  touched: InvolvedWorkloads,
  window: Window,
  traceIds: ReadonlySet<string>,
  nowMs: number,
  options: CallOptions,
): Promise<MetricPanel[]> {
  const wide = padded(window, CONTEXT_MS);
  const now = msToNs(nowMs);
  const context: Window = {
    startNs: wide.startNs,
    endNs: wide.endNs > now ? epochNs(now) : wide.endNs,
  };
  const seconds = Number(context.endNs - context.startNs) / 1e9;
  const step = Math.max(STEP_SECONDS, Math.ceil(seconds / 500));
  return Promise.all(
    panelQueries(touched.services, touched.pods).map(async (panel): Promise<MetricPanel> => {
      const empty = {
        id: panel.id,
        title: panel.title,
        unit: panel.unit,
        promql: panel.query,
        series: [],
        exemplars: [],
      };
      try {
        const [answer, exemplars] = await Promise.all([
          source.range(panel.ask ?? panel.query, context, step, options),
          panel.exemplars
            ? source
                .exemplars(
                  panel.exemplars,
                  {
                    startNs: padded(window, SECOND_MS).startNs,
                    endNs: padded(window, EXEMPLAR_LAG_MS).endNs,
                  },
                  options,
                )
                .catch(() => undefined)
            : undefined,
        ]);
        const found = panel.derive ? panel.derive(answer.data) : answer.data;
        return {
          ...empty,
          state: answer.partial.length ? 'partial' : found.length ? 'ok' : 'empty',
          reason: answer.partial[0]?.sentence ?? null,
          series: found
            .map((series) => ({ name: series.labels[panel.label] ?? '', points: pointsOf(series) }))
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
          exemplars: (exemplars?.data ?? [])
            .flatMap((exemplar) =>
              exemplar.traceId && traceIds.has(exemplar.traceId)
                ? [{ timeMs: exemplar.timeMs, value: exemplar.value, traceId: exemplar.traceId }]
                : [],
            )
            .slice(0, 50),
        };
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error;
        return { ...empty, state: 'failed', reason: error.message };
      }
    }),
  );
}

const pointsOf = (series: Series): [number, number | null][] =>
  series.points.map((point) => [point.timeMs, point.value]);

/** What was usual before the request: medians by operation, and how many messages of a queue were taken. */
export interface Baseline {
  readonly normalNs: (span: Span) => number | null;
  readonly consumedBefore: (producer: Span) => number;
  /** What messages of this producer's service usually wait at most (95 of 100), in nanoseconds. */
  readonly usualWaitNs: (producer: Span) => number | null;
  /** Calls from one service to another for each request that the first takes in: around this request, and in the hour before. */
  readonly callsPerRequest: (
    client: string,
    server: string,
  ) => { readonly now: number; readonly normal: number | null } | null;
}

const NOTHING: Answer<readonly Series[]> = { data: [], partial: [] };

export const NO_BASELINE: Baseline = {
  normalNs: () => null,
  consumedBefore: () => 0,
  usualWaitNs: () => null,
  callsPerRequest: () => null,
};

export async function loadBaseline(
  source: MetricSource,
  touched: InvolvedWorkloads,
  startNs: bigint,
  nowMs: number,
  options: CallOptions,
): Promise<Baseline> {
  const service = ['service', '=~', oneOf(touched.services)] as const;
  const buckets = selector('traces_spanmetrics_latency_bucket', [service], BASELINE_SECONDS);
  const taken = selector(
    'traces_spanmetrics_calls_total',
    [['span_kind', '=', 'SPAN_KIND_CONSUMER']],
    BASELINE_SECONDS,
  );
  const at = nsToMs(startNs);
  const waits = selector(
    'traces_service_graph_request_messaging_system_seconds_bucket',
    [['client', '=~', oneOf(touched.services)]],
    BASELINE_SECONDS,
  );
  // Calls are counted when they have ended, and scraped after that.
  const soon = epochMs(Math.min(nowMs, at + COUNTED_AFTER_MS));
  const [medians, messages, usualWaits, callsNow, callsBefore] = await Promise.all([
    source.instant(
      promql`histogram_quantile(0.5, sum by (le, service, span_name, span_kind) (rate(${buckets})))`,
      at,
      options,
    ),
    touched.sends
      ? source.instant(promql`sum by (span_name) (increase(${taken}))`, at, options)
      : NOTHING,
    touched.sends
      ? source.instant(
          promql`histogram_quantile(0.95, sum by (le, client) (rate(${waits})))`,
          at,
          options,
        )
      : NOTHING,
    touched.retries
      ? source.instant(callsPerRequest(touched.services, STORM_SECONDS, 0), soon, options)
      : NOTHING,
    touched.retries
      ? source.instant(
          callsPerRequest(touched.services, BASELINE_SECONDS, STORM_SECONDS),
          at,
          options,
        )
      : NOTHING,
  ]);
  const byOperation = new Map(
    medians.data.map((series) => [
      `${series.labels.service}\n${series.labels.span_name}\n${series.labels.span_kind}`,
      series.points[0]?.value ?? null,
    ]),
  );
  return {
    normalNs(span) {
      const seconds = byOperation.get(
        `${span.service}\n${span.name}\nSPAN_KIND_${span.kind.toUpperCase()}`,
      );
      // At the last bucket's edge the histogram only says "at least".
      return seconds === null || seconds === undefined || seconds >= LAST_BUCKET_SECONDS
        ? null
        : Math.round(seconds * 1e9);
    },
    consumedBefore(producer) {
      // Messaging conventions name consumer spans by their destination: "process orders".
      const queue = producer.attributes['messaging.destination.name'];
      return messages.data
        .filter((series) => (series.labels.span_name ?? '').split(/\s+/).includes(String(queue)))
        .reduce((sum, series) => sum + (series.points[0]?.value ?? 0), 0);
    },
    usualWaitNs(producer) {
      const seconds =
        usualWaits.data.find(({ labels }) => labels.client === producer.service)?.points[0]
          ?.value ?? null;
      return seconds === null || seconds >= LAST_BUCKET_SECONDS ? null : Math.round(seconds * 1e9);
    },
    callsPerRequest(client, server) {
      const of = (series: readonly Series[]) =>
        series.find(({ labels }) => labels.client === client && labels.server === server)?.points[0]
          ?.value ?? null;
      const now = of(callsNow.data);
      return now === null ? null : { now, normal: of(callsBefore.data) };
    },
  };
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
  const [called, asked] = offset
    ? [promql`rate(${calls} offset ${offset}s)`, promql`rate(${taken} offset ${offset}s)`]
    : [promql`rate(${calls})`, promql`rate(${taken})`];
  return promql`sum by (client, server) (${called}) / on (client) group_left () label_replace(sum by (service) (${asked}) > 0, "client", "$1", "service", "(.+)")`;
}
