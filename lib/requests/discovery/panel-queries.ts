import type { Series } from '@/lib/telemetry/model';
import {
  oneOf,
  promql,
  selector,
  type Matcher,
  type PromQl,
} from '@/lib/telemetry/prometheus/promql';
import { byService, ENTRY, FAILED } from '@/lib/telemetry/prometheus/span-metrics';
import type { MetricPanel } from '../contract';
import type { InvolvedWorkloads } from './involved-workloads';

const RATE_SECONDS = 60;

export interface PanelQuery {
  readonly id: string;
  readonly title: string;
  readonly unit: MetricPanel['unit'];
  /** The label that tells its series apart. */
  readonly label: 'service' | 'pod';
  readonly query: PromQl;
  /**
   * Sent instead of `query` where one answer serves several panels; `derive` makes the series of
   * it.
   */
  readonly shared?: { readonly query: PromQl; derive(series: readonly Series[]): Series[] };
  /** A histogram whose exemplars lead to traces. */
  readonly exemplars?: PromQl;
}

/** The panels around a request: rate, errors and latency of its services, resources of its pods. */
export function panelQueries({ services, pods }: InvolvedWorkloads): PanelQuery[] {
  return [
    ...(services.length ? servicePanels(['service', '=~', oneOf(services)]) : []),
    ...(pods.length ? podPanels(['pod', '=~', oneOf(pods)]) : []),
  ];
}

function servicePanels(service: Matcher): PanelQuery[] {
  const metric = 'traces_spanmetrics_calls_total';
  const calls = selector(metric, [service, ENTRY], RATE_SECONDS);
  const failed = selector(metric, [service, ENTRY, FAILED], RATE_SECONDS);
  const latency = selector('traces_spanmetrics_latency_bucket', [service, ENTRY], RATE_SECONDS);
  const callRate = promql`sum by (service) (rate(${calls}))`;
  const failureRate = promql`sum by (service) (rate(${failed}))`;
  const byOutcome = promql`sum by (service, status_code) (rate(${calls}))`;
  return [
    {
      id: 'rate',
      title: 'Requests',
      unit: 'per-second',
      label: 'service',
      query: callRate,
      shared: { query: byOutcome, derive: (series) => byService(series, (all) => all) },
    },
    {
      id: 'errors',
      title: 'Errors',
      unit: 'ratio',
      label: 'service',
      query: promql`(${failureRate} or 0 * ${callRate}) / ${callRate}`,
      shared: {
        query: byOutcome,
        derive: (series) => byService(series, (all, failing) => failing / all),
      },
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
}

function podPanels(pod: Matcher): PanelQuery[] {
  const cpu = selector('container_cpu_usage_seconds_total', [pod], RATE_SECONDS);
  const memory = selector('container_memory_working_set_bytes', [pod]);
  const restarts = selector('kube_pod_container_status_restarts_total', [pod]);
  return [
    {
      id: 'cpu',
      title: 'CPU',
      unit: 'cores',
      label: 'pod',
      query: promql`sum by (pod) (rate(${cpu}))`,
    },
    {
      id: 'memory',
      title: 'Memory',
      unit: 'bytes',
      label: 'pod',
      query: promql`sum by (pod) (${memory})`,
    },
    {
      id: 'restarts',
      title: 'Restarts',
      unit: 'count',
      label: 'pod',
      query: promql`sum by (pod) (${restarts})`,
    },
  ];
}
