/**
 * What the name of a metric and the labels that a rule chooses say, by the conventions in use:
 * OpenTelemetry's (old and new), Tempo's and the Collector's span metrics, Istio, Envoy, NGINX,
 * Traefik, Micrometer, gRPC, kube-prometheus, Sloth and Pyrra.
 */

export interface SelectedSeries {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
  /** Of an earlier time. */
  readonly isOffset: boolean;
}

export interface LabelMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** A pattern of any of the words (each a pattern of its own, blanks between) in their place. */
const anyOf = (before: string, words: string, after: string, flags = ''): RegExp =>
  new RegExp(`${before}(?:${words.trim().split(/\s+/).join('|')})${after}`, flags);

const PLATFORM = anyOf(
  '^',
  String.raw`
    container node kube kubelet kubernetes cadvisor machine go process jvm python nodejs dotnet
    ruby etcd apiserver aggregator scheduler workqueue rest_client coredns kubeproxy prometheus
    alertmanager thanos cortex mimir loki tempo otelcol grafana scrape net_conntrack mysql pg
    postgres redis mongodb kafka rabbitmq elasticsearch memcached windows probe ssl certmanager
    gha karpenter velero fluentbit fluentd promtail vector throughline up ALERTS`,
  '(?:_|:|$)',
);
const REQUEST = anyOf(
  '(?:^|[_:])',
  String.raw`
    https? grpc rpc requests? rq calls? responses? spanmetrics span_metrics traces service_graph
    invocations? messages? msg jobs? tasks? orders? reservations? transactions? operations?
    queries handled`,
  '(?:[_:]|$)',
);
const SATURATION = anyOf(
  '(?:^|[_:])',
  String.raw`
    cpu memory mem disk filesystem inodes? heap gc threads? goroutines? connections? pool queue
    lag backlog utili[sz]ation usage saturation restarts? replicas eventloop load\d* capacity
    limits? quota bytes temperature battery`,
  '(?:[_:]|$)',
);
const RETRY = /(^|[_:])retr(y|ies|ied)([_:]|$)/;
const FAILURE_NAME = anyOf(
  '(?:^|[_:])',
  String.raw`
    sli_error errors? errs? fail(ed|ures?|ing)? exceptions? 5xx burnrate\w* rejected refused
    timeouts? dropped`,
  '(?:[_:]|$)',
);
const DURATION = anyOf(
  '(?:^|[_:.])',
  `duration latency latencies response_time request_time handling elapsed took seconds
    milliseconds ms microseconds`,
  '(?:[_:.]|$)',
);

/** Series of machines, containers and the platform's own parts: no request is behind them. */
export const isPlatformMetric = ({ metric }: SelectedSeries): boolean => PLATFORM.test(metric);
export const isSaturationMetric = ({ metric }: SelectedSeries): boolean =>
  !REQUEST.test(metric) && SATURATION.test(metric);
/** Series that count or time what a service was asked to do. */
export const isRequestMetric = (series: SelectedSeries): boolean =>
  !isPlatformMetric(series) && REQUEST.test(series.metric);
export const isRetryMetric = ({ metric }: SelectedSeries): boolean => RETRY.test(metric);
export const isCallMetric = ({ metric }: SelectedSeries): boolean =>
  /service_graph_request_total$/.test(metric);

export function isDurationMetric(series: SelectedSeries): boolean {
  if (isPlatformMetric(series) || /size|bytes/.test(series.metric)) return false;
  return DURATION.test(series.metric);
}

const STATUS_LABEL = anyOf(
  '^(?:https?_)?(?:response_)?',
  String.raw`
    status status_code code code_class status_class response_code response_code_class grpc_code
    grpc_status grpc_response_status rpc_grpc_status_code http_response_status_code
    http_status_code envoy_response_code envoy_response_code_class otel_status_code outcome
    result job_result state error error_type exception response_flags success type reason level
    severity`,
  '$',
);
const FAILING_VALUE = anyOf(
  '(?:^|[^a-z])',
  String.raw`
    5xx 4xx [45]\.+\*? [45]\\d [45]\[0-9\] [45]\d\d [45] \[4-5\]\.\* error status_code_error
    server_error fail(ed|ure)? refused rejected timeout denied exception unavailable internal
    unknown deadlineexceeded deadline_exceeded dataloss false fatal uh uf dropped lost`,
  '(?:[^a-z]|$)',
  'i',
);
const GOOD_VALUE =
  /(^|[^a-z])(2xx|[123]\.+\*?|[123]\\d|[123]\[0-9\]|[123]\d\d|ok|success|succeeded|succe\.\*|true|none)([^a-z]|$)/i;

/** It chooses by outcome: what failed, or all but what succeeded. */
export function choosesFailures({ metric, matchers }: SelectedSeries): boolean {
  if (FAILURE_NAME.test(metric)) return true;
  return matchers.some(({ label, operator, value }) => {
    if (!STATUS_LABEL.test(label)) return false;
    if (operator === '!=' && value === '') return true;
    const isNegated = operator.startsWith('!');
    return isNegated ? GOOD_VALUE.test(value) : FAILING_VALUE.test(value);
  });
}

/** It chooses what succeeded, or all but what failed. */
export const choosesSuccesses = ({ metric, matchers }: SelectedSeries): boolean =>
  /(^|[_:])(success(es|ful)?|availability)([_:]|$)/.test(metric) ||
  matchers.some(({ label, operator, value }) => {
    if (!STATUS_LABEL.test(label)) return false;
    return operator.startsWith('!') ? FAILING_VALUE.test(value) : GOOD_VALUE.test(value);
  });

/** The label by which a histogram's bucket, or a summary's quantile, is chosen. */
export function numberIn({ matchers }: SelectedSeries, label: string): number | undefined {
  const found = matchers.find((each) => each.label === label && each.operator.startsWith('='));
  const value = found && Number(found.value.replace(/\\/g, ''));
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** The quantile that a recorded series is named after: `job:latency:p99`, `…:99quantile`. */
export function quantileInName({ metric }: SelectedSeries): number | undefined {
  const [, digits] = /(?:[_:]p|:)(\d{2,3})(?:quantile|th)?(?:$|[_:])/.exec(metric) ?? [];
  return digits === undefined ? undefined : Number(`0.${digits}`);
}

/**
 * How many milliseconds one of its unit is; undefined where its name does not say. The span metrics
 * of Tempo are in seconds, those of the first Collector versions in milliseconds.
 */
export function unitMs({ metric }: SelectedSeries): number | undefined {
  if (/milliseconds|[_.]ms([_.]|$)|msec/.test(metric)) return 1;
  if (/microseconds|[_.]us([_.]|$)/.test(metric)) return 0.001;
  if (/nanoseconds|[_.]ns([_.]|$)/.test(metric)) return 1e-6;
  if (/seconds|traces_spanmetrics_latency|[_.]s(ec)?([_.]|$)/.test(metric)) return 1_000;
  return /^(span_metrics_)?(latency|duration)(_bucket|_sum|_count)?$/.test(metric) ? 1 : undefined;
}
