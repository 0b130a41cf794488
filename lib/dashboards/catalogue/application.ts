import { promql, selector, type Matcher } from '@/lib/telemetry/prometheus/promql';
import { byService, ENTRY, FAILED, SERVER } from '@/lib/telemetry/prometheus/span-metrics';
import { counter, gauge, histogram } from './example-series';
import { NOT_PORTAL, type Chosen, type Dashboard } from './panel';

const ofService = ({ service }: Chosen): Matcher[] => [['service', '=~', service], NOT_PORTAL];
const of = (chosen: Chosen): Matcher[] => [...ofService(chosen), ...operationIn(chosen)];
const operationIn = ({ operation }: Chosen): Matcher[] =>
  operation === '.*' ? [] : [['span_name', '=~', operation]];
const calls = (chosen: Chosen, range: number, ...more: Matcher[]) =>
  selector('traces_spanmetrics_calls_total', [...of(chosen), ENTRY, ...more], range);
const latency = (chosen: Chosen, range?: number) =>
  selector('traces_spanmetrics_latency_bucket', [...of(chosen), SERVER], range);
/** Calls from what is chosen, and to it. */
const callsBetween = (metric: string, { service }: Chosen, range: number) =>
  service === '.*'
    ? promql`sum by (client, server) (rate(${selector(metric, [], range)}))`
    : promql`sum by (client, server) (rate(${selector(metric, [['client', '=~', service]], range)}) or rate(${selector(metric, [['server', '=~', service]], range)}))`;
const CALLED = 'traces_service_graph_request_total';
const CALL_FAILED = 'traces_service_graph_request_failed_total';
const byOutcome = (chosen: Chosen, range: number) =>
  promql`sum by (service, status_code) (rate(${calls(chosen, range)}))`;

const SPAN_METRICS = "Tempo's metrics generator, or the portal's embedded store";
const ANY_CALL = { service: 'checkout', span_name: 'POST /orders', span_kind: 'SPAN_KIND_SERVER' };
const outcome = (status: 'UNSET' | 'ERROR') => ({
  ...ANY_CALL,
  status_code: `STATUS_CODE_${status}`,
});
const EDGE = { client: 'checkout', server: 'inventory' };
/** A second, as the rules have it: of fewer, one failure would be most of them. */
const ENOUGH_REQUESTS = 0.1;
const ENOUGH_CALLS = 0.05;
const ENOUGH_IN_AN_HOUR = 0.02;
/** What an SLO of 99 % leaves: alert-rules/slo.yaml. */
const BUDGET = 0.01;

export const application: Dashboard = {
  id: 'application',
  title: 'Application',
  question: 'Is it us?',
  parameters: ['service', 'operation'],
  headline: [
    {
      panel: 'rate',
      most: true,
      words: [
        'request a second at the busiest service',
        'requests a second at the busiest service',
      ],
    },
  ],
  panels: [
    {
      id: 'rate',
      title: 'Requests',
      question: 'How much is asked of each service?',
      unit: 'per-second',
      by: ['service'],
      query: (chosen, range) => promql`sum by (service) (rate(${calls(chosen, range)}))`,
      ask: byOutcome,
      derive: (series) => byService(series, (all) => all),
      needs: SPAN_METRICS,
      behind: ({ service }) => ({ state: 'all', touching: { service } }),
      example: (value) => [counter('traces_spanmetrics_calls_total', outcome('UNSET'), value)],
    },
    {
      id: 'errors',
      title: 'Failed requests',
      question: 'Which share of them fails, where at least six a minute come in?',
      guard: 'six requests a minute',
      unit: 'ratio',
      by: ['service'],
      query: (chosen, range) =>
        promql`(sum by (service) (rate(${calls(chosen, range, FAILED)})) or 0 * sum by (service) (rate(${calls(chosen, range)}))) / (sum by (service) (rate(${calls(chosen, range)})) > ${ENOUGH_REQUESTS})`,
      ask: byOutcome,
      derive: (series) =>
        byService(series, (all, failing) => (all > ENOUGH_REQUESTS ? failing / all : NaN)),
      threshold: { value: 0.05, alert: 'ServiceErrorRatioHigh', severity: 'critical' },
      whenRed: 'Open a request behind the point: the verdict names what failed first.',
      needs: SPAN_METRICS,
      behind: ({ service }) => ({ state: 'all', touching: { service, failed: true } }),
      example: (value) => [
        counter('traces_spanmetrics_calls_total', outcome('ERROR'), value),
        counter('traces_spanmetrics_calls_total', outcome('UNSET'), 1 - value),
      ],
    },
    {
      id: 'duration',
      title: 'Duration',
      question: 'How long do requests take, all of them?',
      unit: 'seconds',
      kind: 'heat',
      by: ['le'],
      query: (chosen, range) => promql`sum by (le) (rate(${latency(chosen, range)}))`,
      exemplars: (chosen) => latency(chosen),
      needs: SPAN_METRICS,
      behind: () => ({ state: 'all', touching: {}, order: 'slowest' }),
      alertOn: {
        query: (chosen, range) =>
          promql`histogram_quantile(0.99, sum by (le) (rate(${latency(chosen, range)})))`,
        by: [],
        unit: 'seconds',
      },
      example: (value) => histogram('traces_spanmetrics_latency_bucket', ANY_CALL, 0.99, value),
    },
    {
      id: 'p95',
      title: 'Duration, 95th percentile',
      question: 'How long does one in twenty take at least, where at least six a minute come in?',
      guard: 'six requests a minute',
      unit: 'seconds',
      by: ['service'],
      query: (chosen, range) =>
        promql`histogram_quantile(0.95, sum by (service, le) (rate(${latency(chosen, range)}))) and on (service) sum by (service) (rate(${selector('traces_spanmetrics_calls_total', [...of(chosen), SERVER], range)})) > ${ENOUGH_REQUESTS}`,
      exemplars: (chosen) => latency(chosen),
      threshold: { value: 1, alert: 'ServiceLatencyP95High', severity: 'warning' },
      whenRed: 'Compare a slow request with a quick one of the same operation.',
      needs: SPAN_METRICS,
      behind: ({ service }) => ({ state: 'all', touching: { service }, order: 'slowest' }),
      example: (value) => [
        ...histogram('traces_spanmetrics_latency_bucket', ANY_CALL, 0.95, value),
        counter('traces_spanmetrics_calls_total', outcome('UNSET'), 1),
      ],
    },
    {
      id: 'budget-burn',
      title: 'Error budget, failed in the last hour',
      question: 'How far is it beyond the 1 % that may fail?',
      guard: 'one request a minute',
      unit: 'ratio',
      by: ['service'],
      // Who never fails has no series of failures: that is zero.
      query: (chosen) =>
        promql`(${selector('service:errors:ratio_rate1h', ofService(chosen))} or 0 * ${selector('service:requests:rate1h', ofService(chosen))}) and on (service) (${selector('service:requests:rate1h', ofService(chosen))} > ${ENOUGH_IN_AN_HOUR})`,
      threshold: { value: 0.144, alert: 'ErrorBudgetBurnsFast', severity: 'critical' },
      whenRed:
        'At 14 % the budget of a month is gone in two days: roll back what changed, then look for the cause.',
      needs: 'the recording rules of alert-rules/slo.yaml',
      behind: ({ service }) => ({ state: 'all', touching: { service, failed: true } }),
      example: (value) => [
        gauge('service:errors:ratio_rate1h', { service: 'checkout' }, value),
        gauge('service:requests:rate1h', { service: 'checkout' }, 1),
      ],
    },
    {
      id: 'budget-left',
      title: 'Error budget, what is left of 30 days',
      question: 'May we still take risks?',
      least: -Infinity,
      unit: 'ratio',
      by: ['service'],
      query: (chosen) =>
        promql`1 - ${selector('service:errors:ratio_rate30d', ofService(chosen))} / ${BUDGET}`,
      needs: 'the recording rules of alert-rules/slo.yaml',
      behind: ({ service }) => ({ state: 'all', touching: { service, failed: true } }),
      example: (value) => [
        gauge('service:errors:ratio_rate30d', { service: 'checkout' }, (1 - value) * BUDGET),
      ],
    },
    {
      id: 'event-loop',
      title: 'Event loop lag, 99th percentile',
      question: 'Does a Node.js process have more to compute than one core can?',
      unit: 'seconds',
      by: ['job', 'instance'],
      // One slow scrape is no lag.
      query: ({ service }, range) =>
        promql`max by (job, instance) (avg_over_time(${selector(
          'nodejs_eventloop_lag_p99_seconds',
          [
            ['job', '=~', service],
            ['job', '!=', 'throughline'],
          ],
          range,
        )}))`,
      threshold: { value: 0.2, alert: 'EventLoopLagging', severity: 'warning' },
      whenRed: 'Raise its CPU limit or add pods; then look for a long span without children.',
      needs: 'prom-client in the services',
      behind: ({ job }) => ({ state: 'all', touching: { service: job } }),
      example: (value) => [
        gauge(
          'nodejs_eventloop_lag_p99_seconds',
          { job: 'checkout', instance: 'checkout:8080' },
          value,
        ),
      ],
    },
    {
      id: 'dependencies',
      title: 'Who calls whom',
      question: 'Where does a request go, and where does it break?',
      unit: 'per-second',
      kind: 'map',
      by: ['client', 'server', 'outcome'],
      query: (chosen, range) =>
        promql`label_replace(${callsBetween(CALLED, chosen, range)}, "outcome", "all", "", "") or label_replace(${callsBetween(CALL_FAILED, chosen, range)}, "outcome", "failed", "", "")`,
      needs: SPAN_METRICS,
      behind: ({ server }) => ({ state: 'all', touching: { service: server } }),
      alertOn: {
        query: (chosen, range) => callsBetween(CALLED, chosen, range),
        by: ['client', 'server'],
        unit: 'per-second',
      },
      example: (value) => [counter('traces_service_graph_request_total', EDGE, value)],
    },
    {
      id: 'dependency-errors',
      title: 'Failed calls between services',
      question: 'Which connection fails, of those with at least three calls a minute?',
      guard: 'three calls a minute',
      unit: 'ratio',
      by: ['client', 'server'],
      query: (chosen, range) =>
        promql`(${callsBetween(CALL_FAILED, chosen, range)} or 0 * ${callsBetween(CALLED, chosen, range)}) / (${callsBetween(CALLED, chosen, range)} > ${ENOUGH_CALLS})`,
      threshold: { value: 0.1, alert: 'DependencyFailing', severity: 'warning' },
      whenRed: 'Look at the server of the pair first.',
      needs: SPAN_METRICS,
      behind: ({ server }) => ({ state: 'all', touching: { service: server, failed: true } }),
      example: (value) => [
        counter('traces_service_graph_request_failed_total', EDGE, value),
        counter('traces_service_graph_request_total', EDGE, 1),
      ],
    },
    {
      id: 'operations',
      title: 'Operations',
      question: 'Which of them is it?',
      unit: 'per-second',
      kind: 'table',
      by: ['service', 'span_name', 'status_code'],
      query: (chosen, range) =>
        promql`sum by (service, span_name, status_code) (rate(${calls(chosen, range)}))`,
      needs: SPAN_METRICS,
      behind: ({ service, span_name }) => ({
        state: 'all',
        touching: { service, operation: span_name },
      }),
      alertOn: {
        query: (chosen, range) =>
          promql`sum by (service, span_name) (rate(${calls(chosen, range)}))`,
        by: ['service', 'span_name'],
        unit: 'per-second',
      },
      example: (value) => [counter('traces_spanmetrics_calls_total', outcome('UNSET'), value)],
    },
  ],
};
