import { promql, selector, type Matcher } from '@/lib/telemetry/prometheus/promql';
import { byService, ENTRY, FAILED, SERVER } from '@/lib/telemetry/prometheus/span-metrics';
import { counter, gauge, histogram } from './example-series';
import type { Dashboard } from './panel';
import { NOT_PORTAL, PORTAL_SERVICE, type SelectionPatterns } from './parameters';

const ofService = ({ service }: SelectionPatterns): Matcher[] => [
  ['service', '=~', service],
  NOT_PORTAL,
];
const of = (patterns: SelectionPatterns): Matcher[] => [
  ...ofService(patterns),
  ...operationIn(patterns),
];
const operationIn = ({ operation }: SelectionPatterns): Matcher[] =>
  operation === '.*' ? [] : [['span_name', '=~', operation]];
const calls = (patterns: SelectionPatterns, range: number, ...more: Matcher[]) =>
  selector('traces_spanmetrics_calls_total', [...of(patterns), ENTRY, ...more], range);
const latency = (patterns: SelectionPatterns, range?: number) =>
  selector('traces_spanmetrics_latency_bucket', [...of(patterns), SERVER], range);
/** Calls from what is patterns, and to it. */
const callsBetween = (metric: string, { service }: SelectionPatterns, range: number) =>
  service === '.*'
    ? promql`sum by (client, server) (rate(${selector(metric, [], range)}))`
    : promql`
      sum by (client, server) (
        rate(${selector(metric, [['client', '=~', service]], range)})
        or rate(${selector(metric, [['server', '=~', service]], range)})
      )
    `;
const CALLED = 'traces_service_graph_request_total';
const CALL_FAILED = 'traces_service_graph_request_failed_total';
const byOutcome = (patterns: SelectionPatterns, range: number) =>
  promql`sum by (service, status_code) (rate(${calls(patterns, range)}))`;

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
      aggregation: 'max',
      noun: ['request a second at the busiest service', 'requests a second at the busiest service'],
    },
  ],
  panels: [
    {
      id: 'rate',
      title: 'Requests',
      question: 'How much is asked of each service?',
      unit: 'per-second',
      groupBy: ['service'],
      query: (patterns, range) => promql`sum by (service) (rate(${calls(patterns, range)}))`,
      sharedQuery: byOutcome,
      derive: (series) => byService(series, (all) => all),
      exportedBy: SPAN_METRICS,
      drilldown: ({ service }) => ({ state: 'all', spanFilter: { service } }),
      exampleSeries: (value) => [
        counter('traces_spanmetrics_calls_total', outcome('UNSET'), value),
      ],
    },
    {
      id: 'errors',
      title: 'Failed requests',
      question: 'Which share of them fails, where at least six a minute come in?',
      minimumTraffic: 'six requests a minute',
      unit: 'ratio',
      groupBy: ['service'],
      query: (patterns, range) =>
        promql`
          (
            sum by (service) (rate(${calls(patterns, range, FAILED)}))
            or 0 * sum by (service) (rate(${calls(patterns, range)}))
          )
          / (sum by (service) (rate(${calls(patterns, range)})) > ${ENOUGH_REQUESTS})
        `,
      sharedQuery: byOutcome,
      derive: (series) =>
        byService(series, (all, failing) => (all > ENOUGH_REQUESTS ? failing / all : NaN)),
      threshold: { value: 0.05, alert: 'ServiceErrorRatioHigh', severity: 'critical' },
      remediation: 'Open a request behind the point: the verdict names what failed first.',
      exportedBy: SPAN_METRICS,
      drilldown: ({ service }) => ({ state: 'all', spanFilter: { service, failed: true } }),
      exampleSeries: (value) => [
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
      groupBy: ['le'],
      query: (patterns, range) => promql`sum by (le) (rate(${latency(patterns, range)}))`,
      exemplars: (patterns) => latency(patterns),
      exportedBy: SPAN_METRICS,
      drilldown: () => ({ state: 'all', spanFilter: {}, order: 'slowest' }),
      ruleQuery: {
        query: (patterns, range) =>
          promql`histogram_quantile(0.99, sum by (le) (rate(${latency(patterns, range)})))`,
        groupBy: [],
        unit: 'seconds',
      },
      exampleSeries: (value) =>
        histogram('traces_spanmetrics_latency_bucket', ANY_CALL, 0.99, value),
    },
    {
      id: 'p95',
      title: 'Duration, 95th percentile',
      question: 'How long does one in twenty take at least, where at least six a minute come in?',
      minimumTraffic: 'six requests a minute',
      unit: 'seconds',
      groupBy: ['service'],
      query: (patterns, range) =>
        promql`
          histogram_quantile(0.95, sum by (service, le) (rate(${latency(patterns, range)})))
          and on (service) sum by (service) (
            rate(
              ${selector('traces_spanmetrics_calls_total', [...of(patterns), SERVER], range)}
            )
          ) > ${ENOUGH_REQUESTS}
        `,
      exemplars: (patterns) => latency(patterns),
      threshold: { value: 1, alert: 'ServiceLatencyP95High', severity: 'warning' },
      remediation: 'Compare a slow request with a quick one of the same operation.',
      exportedBy: SPAN_METRICS,
      drilldown: ({ service }) => ({ state: 'all', spanFilter: { service }, order: 'slowest' }),
      exampleSeries: (value) => [
        ...histogram('traces_spanmetrics_latency_bucket', ANY_CALL, 0.95, value),
        counter('traces_spanmetrics_calls_total', outcome('UNSET'), 1),
      ],
    },
    {
      id: 'budget-burn',
      title: 'Error budget, failed in the last hour',
      question: 'How far is it beyond the 1 % that may fail?',
      minimumTraffic: 'one request a minute',
      unit: 'ratio',
      groupBy: ['service'],
      // Who never fails has no series of failures: that is zero.
      query: (patterns) =>
        promql`
          (
            ${selector('service:errors:ratio_rate1h', ofService(patterns))}
            or 0 * ${selector('service:requests:rate1h', ofService(patterns))}
          )
          and on (service) (
            ${selector('service:requests:rate1h', ofService(patterns))} > ${ENOUGH_IN_AN_HOUR}
          )
        `,
      threshold: { value: 0.144, alert: 'ErrorBudgetBurnsFast', severity: 'critical' },
      remediation:
        'At 14 % the budget of a month is gone in two days: roll back what changed, then look for the cause.',
      exportedBy: 'the recording rules of alert-rules/slo.yaml',
      drilldown: ({ service }) => ({ state: 'all', spanFilter: { service, failed: true } }),
      exampleSeries: (value) => [
        gauge('service:errors:ratio_rate1h', { service: 'checkout' }, value),
        gauge('service:requests:rate1h', { service: 'checkout' }, 1),
      ],
    },
    {
      id: 'budget-left',
      title: 'Error budget, what is left of 30 days',
      question: 'May we still take risks?',
      minimum: -Infinity,
      unit: 'ratio',
      groupBy: ['service'],
      query: (patterns) =>
        promql`1 - ${selector('service:errors:ratio_rate30d', ofService(patterns))} / ${BUDGET}`,
      exportedBy: 'the recording rules of alert-rules/slo.yaml',
      drilldown: ({ service }) => ({ state: 'all', spanFilter: { service, failed: true } }),
      exampleSeries: (value) => [
        gauge('service:errors:ratio_rate30d', { service: 'checkout' }, (1 - value) * BUDGET),
      ],
    },
    {
      id: 'event-loop',
      title: 'Event loop lag, 99th percentile',
      question: 'Does a Node.js process have more to compute than one core can?',
      unit: 'seconds',
      groupBy: ['job', 'instance'],
      // One slow scrape is no lag.
      query: ({ service }, range) =>
        promql`max by (job, instance) (avg_over_time(${selector(
          'nodejs_eventloop_lag_p99_seconds',
          [
            ['job', '=~', service],
            ['job', '!=', PORTAL_SERVICE],
          ],
          range,
        )}))`,
      threshold: { value: 0.2, alert: 'EventLoopLagging', severity: 'warning' },
      remediation: 'Raise its CPU limit or add pods; then look for a long span without children.',
      exportedBy: 'prom-client in the services',
      drilldown: ({ job }) => ({ state: 'all', spanFilter: { service: job } }),
      exampleSeries: (value) => [
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
      groupBy: ['client', 'server', 'outcome'],
      query: (patterns, range) =>
        promql`
          label_replace(${callsBetween(CALLED, patterns, range)}, "outcome", "all", "", "")
          or label_replace(
            ${callsBetween(CALL_FAILED, patterns, range)},
            "outcome",
            "failed",
            "",
            ""
          )
        `,
      exportedBy: SPAN_METRICS,
      drilldown: ({ server }) => ({ state: 'all', spanFilter: { service: server } }),
      ruleQuery: {
        query: (patterns, range) => callsBetween(CALLED, patterns, range),
        groupBy: ['client', 'server'],
        unit: 'per-second',
      },
      exampleSeries: (value) => [counter('traces_service_graph_request_total', EDGE, value)],
    },
    {
      id: 'dependency-errors',
      title: 'Failed calls between services',
      question: 'Which connection fails, of those with at least three calls a minute?',
      minimumTraffic: 'three calls a minute',
      unit: 'ratio',
      groupBy: ['client', 'server'],
      query: (patterns, range) =>
        promql`
          (
            ${callsBetween(CALL_FAILED, patterns, range)}
            or 0 * ${callsBetween(CALLED, patterns, range)}
          )
          / (${callsBetween(CALLED, patterns, range)} > ${ENOUGH_CALLS})
        `,
      threshold: { value: 0.1, alert: 'DependencyFailing', severity: 'warning' },
      remediation: 'Look at the server of the pair first.',
      exportedBy: SPAN_METRICS,
      drilldown: ({ server }) => ({ state: 'all', spanFilter: { service: server, failed: true } }),
      exampleSeries: (value) => [
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
      groupBy: ['service', 'span_name', 'status_code'],
      query: (patterns, range) =>
        promql`sum by (service, span_name, status_code) (rate(${calls(patterns, range)}))`,
      exportedBy: SPAN_METRICS,
      drilldown: ({ service, span_name }) => ({
        state: 'all',
        spanFilter: { service, operation: span_name },
      }),
      ruleQuery: {
        query: (patterns, range) =>
          promql`sum by (service, span_name) (rate(${calls(patterns, range)}))`,
        groupBy: ['service', 'span_name'],
        unit: 'per-second',
      },
      exampleSeries: (value) => [
        counter('traces_spanmetrics_calls_total', outcome('UNSET'), value),
      ],
    },
  ],
};
