import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RecordingRule } from '../model';
import { readRuleSubject } from './rule-subject';

describe('failures', () => {
  test.each([
    // Tempo's span metrics, and those of the Collector's connector, old and new
    'sum(rate(traces_spanmetrics_calls_total{status_code="STATUS_CODE_ERROR"}[5m])) / sum(rate(traces_spanmetrics_calls_total[5m])) > 0.05',
    'sum by (service_name) (rate(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"}[5m])) > 1',
    'sum(rate(calls_total{otel_status_code="ERROR"}[5m])) / sum(rate(calls_total[5m])) > 0.01',
    // OpenTelemetry's HTTP server, under its names of old and new, and with dots
    'sum(rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[5m])) / sum(rate(http_server_request_duration_seconds_count[5m])) > 0.02',
    'sum(rate(http_server_duration_milliseconds_count{http_status_code=~"5.*"}[5m])) > 5',
    'sum(rate({"http.server.request.duration_count", "http.response.status_code"=~"5.."}[5m])) > 1',
    // Istio, Envoy, NGINX, Traefik, HAProxy
    'sum(rate(istio_requests_total{reporter="destination", response_code=~"5.*"}[5m])) / sum(rate(istio_requests_total{reporter="destination"}[5m])) > 0.05',
    'sum(rate(envoy_cluster_upstream_rq_xx{envoy_response_code_class="5"}[1m])) / sum(rate(envoy_cluster_upstream_rq_total[1m])) > 0.05 or sum(rate(envoy_http_downstream_rq_xx{envoy_response_code_class=~"5xx"}[1m])) > 3',
    'sum(rate(nginx_ingress_controller_requests{status=~"[4-5].*"}[2m])) / sum(rate(nginx_ingress_controller_requests[2m])) * 100 > 5',
    'sum(rate(nginx_ingress_controller_requests{status=~"5.."}[1m])) by (ingress) > 1',
    'sum(rate(traefik_service_requests_total{code=~"5.*"}[3m])) by (service) / sum(rate(traefik_service_requests_total[3m])) by (service) > 0.05',
    'sum(rate(haproxy_server_http_responses_total{code="5xx"}[1m])) > 1',
    // gRPC, Micrometer, plain client libraries
    'sum(rate(grpc_server_handled_total{grpc_code!="OK"}[5m])) / sum(rate(grpc_server_handled_total[5m])) > 0.05',
    'sum(rate(grpc_server_handled_total{grpc_code=~"Unavailable|Internal|Unknown"}[5m])) > 0',
    'rate(http_server_requests_seconds_count{outcome="SERVER_ERROR"}[5m]) > 0.5',
    'increase(http_server_requests_seconds_count{exception!="None"}[5m]) > 3',
    'sum(rate(http_requests_total{status!~"2..|3.."}[5m])) > 1',
    'rate(payment_requests_failed_total[5m]) > 0',
    'rate(my_app_errors_total[5m]) > 1',
    'increase(checkout_exceptions_total[10m]) > 10',
    // The share that succeeds is too small
    'sum(rate(http_requests_total{code=~"2.."}[5m])) / sum(rate(http_requests_total[5m])) < 0.99',
    '1 - sum(rate(http_requests_total{code!~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.01',
    // Burn rates of Sloth, Pyrra and the SRE workbook, where the recording rule is not known
    '(slo:sli_error:ratio_rate5m{sloth_id="shop-availability"} > (14.4 * 0.001)) and (slo:sli_error:ratio_rate1h{sloth_id="shop-availability"} > (14.4 * 0.001))',
    'http_requests:burnrate5m{slo="availability"} > (14 * (1-0.99)) and http_requests:burnrate1h{slo="availability"} > (14 * (1-0.99))',
    'job:slo_errors_per_request:ratio_rate1h{job="myjob"} > (14.4*0.001)',
    'app:errors:ratio_rate5m > 0.05 and on (service) app:requests:rate5m > 0.1',
    '0.05 < job:errors:ratio_rate5m',
  ])('%s', (expression) => expect(readRuleSubject(expression).kind).toBe('failures'));
});

describe('slow requests, the quantile, and how long one may take', () => {
  test.each([
    [
      'histogram_quantile(0.95, sum by (service, le) (rate(traces_spanmetrics_latency_bucket{span_kind="SPAN_KIND_SERVER"}[5m]))) > 1 and on (service) sum by (service) (rate(traces_spanmetrics_calls_total[5m])) > 0.1',
      0.95,
      1_000,
    ],
    [
      'histogram_quantile(0.99, sum by (le) (rate(traces_span_metrics_duration_milliseconds_bucket[5m]))) > 250',
      0.99,
      250,
    ],
    ['histogram_quantile(0.95, sum(rate(latency_bucket[5m])) by (le)) > 800', 0.95, 800],
    [
      'histogram_quantile(0.9, sum by (le) (rate(http_server_request_duration_seconds_bucket{http_route!=""}[5m]))) >= 0.5',
      0.9,
      500,
    ],
    [
      '2 < histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket{code!~"5.."}[5m])) by (le))',
      0.99,
      2_000,
    ],
    [
      'histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{reporter="destination"}[1m])) by (le)) > 1000',
      0.99,
      1_000,
    ],
    [
      'histogram_quantile(0.95, sum(rate(nginx_ingress_controller_request_duration_seconds_bucket[2m])) by (host, le)) > 3',
      0.95,
      3_000,
    ],
    [
      'histogram_quantile(0.99, rate(grpc_server_handling_seconds_bucket[5m])) > (0.25 * 2)',
      0.99,
      500,
    ],
    // Native histograms have no `_bucket`
    ['histogram_quantile(0.95, sum(rate(http_request_duration_seconds[5m]))) > 1', 0.95, 1_000],
    ['http_request_duration_seconds{quantile="0.99"} > 1', 0.99, 1_000],
    ['job:http_request_duration_seconds:p99 > 1.5', 0.99, 1_500],
    ['cluster_job:http_request_duration_seconds:99quantile > 1', 0.99, 1_000],
    [
      'rate(http_server_requests_seconds_sum[5m]) / rate(http_server_requests_seconds_count[5m]) > 0.5',
      null,
      500,
    ],
    // A share over a bound: latency objectives
    [
      '1 - sum(rate(http_request_duration_seconds_bucket{le="0.5"}[5m])) / sum(rate(http_request_duration_seconds_count[5m])) > 0.01',
      null,
      500,
    ],
    [
      '(sum(rate(traefik_service_request_duration_seconds_bucket{le=~"1\\\\.0"}[5m])) / sum(rate(traefik_service_request_duration_seconds_count[5m]))) < 0.95',
      null,
      1_000,
    ],
    // The unit is not known
    ['histogram_quantile(0.95, sum by (le) (rate(checkout_latency_bucket[5m]))) > 3', 0.95, null],
    // Against the usual: no bound of its own
    [
      'sum by (service) (rate(traces_spanmetrics_latency_sum[15m])) / sum by (service) (rate(traces_spanmetrics_latency_count[15m])) / (sum by (service) (rate(traces_spanmetrics_latency_sum[1h] offset 1d)) / sum by (service) (rate(traces_spanmetrics_latency_count[1h] offset 1d))) > 3',
      null,
      null,
    ],
    ['slo:sli_error:ratio_rate5m{sloth_slo="requests-latency"} > (14.4 * 0.01)', null, null],
  ])('%s', (expression, quantile, thresholdMs) =>
    expect(readRuleSubject(expression)).toEqual({ kind: 'slow_requests', quantile, thresholdMs }),
  );
});

describe('calls that are not there', () => {
  test.each([
    'absent(http_requests_total{job="checkout"})',
    'absent_over_time(traces_spanmetrics_calls_total{service="checkout"}[10m])',
    'sum(rate(http_requests_total[5m])) == 0',
    'sum(rate(nginx_ingress_controller_requests[5m])) < 0.1',
    'sum(rate(http_requests_total[10m])) / sum(rate(http_requests_total[10m] offset 1w)) < 0.5',
    'sum by (client, server) (rate(traces_service_graph_request_total[1h] offset 1h)) > 0.01 unless on (client, server) sum by (client, server) (rate(traces_service_graph_request_total[15m])) > 0',
  ])('%s', (expression) => expect(readRuleSubject(expression).kind).toBe('missing_calls'));
});

describe('retries', () => {
  test.each([
    'sum(rate(envoy_cluster_upstream_rq_retry[5m])) / sum(rate(envoy_cluster_upstream_rq_total[5m])) > 0.2',
    'rate(http_client_retries_total[5m]) > 10',
    'sum by (client, server) (rate(traces_service_graph_request_total[5m])) / on (client) group_left () label_replace(sum by (service) (rate(traces_spanmetrics_calls_total[5m])), "client", "$1", "service", "(.+)") > 3',
  ])('%s', (expression) => expect(readRuleSubject(expression).kind).toBe('retries'));
});

describe('machines, containers and the platform: no requests', () => {
  test.each([
    // kube-prometheus
    'increase(kube_pod_container_status_restarts_total[15m]) > 3',
    'max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m]) >= 1',
    'sum(rate(container_cpu_cfs_throttled_periods_total[5m])) / sum(rate(container_cpu_cfs_periods_total[5m])) > 0.25',
    '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.8',
    'node_filesystem_avail_bytes{fstype!=""} / node_filesystem_size_bytes{fstype!=""} * 100 < 5 and predict_linear(node_filesystem_avail_bytes[6h], 24*60*60) < 0',
    'absent(up{job="apiserver"} == 1)',
    'up == 0',
    'rate(node_network_receive_errs_total[2m]) / rate(node_network_receive_packets_total[2m]) > 0.01',
    'sum(apiserver_request:burnrate1h) > (14.40 * 0.01) and sum(apiserver_request:burnrate5m) > (14.40 * 0.01)',
    'histogram_quantile(0.99, rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m])) > 0.5',
    'rate(prometheus_rule_evaluation_failures_total[5m]) > 0',
    'rate(otelcol_exporter_send_failed_spans_total[5m]) > 0',
    'nodejs_eventloop_lag_p99_seconds > 0.2',
    'kafka_consumergroup_lag > 1000',
    'hikaricp_connections_active / hikaricp_connections_max > 0.9',
    'app_worker_queue_size > 100',
    'probe_success == 0',
  ])('%s', (expression) => expect(readRuleSubject(expression).kind).toBe('infrastructure'));
});

describe('what cannot be read as one of them', () => {
  test.each([
    'vector(1)',
    'shop_mood > 3',
    'this is (no PromQL',
    '',
    // Two things at once
    'sum(rate(http_requests_total{code=~"5.."}[5m])) > 1 or histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m])) > 1',
    // Many requests are no harm by themselves
    'sum(rate(http_requests_total[5m])) > 1000',
  ])('%s', (expression) => expect(readRuleSubject(expression).kind).toBe('unreadable'));
});

describe('through recording rules', () => {
  const recording = (
    name: string,
    query: string,
    labels: Record<string, string> = {},
  ): RecordingRule => ({ name, query, labels });

  test('a recorded quantile is a quantile, and a recorded share of errors counts failures', () => {
    const recordings = [
      recording('shop:latency', 'histogram_quantile(0.9, rate(x_duration_seconds_bucket[5m]))'),
      recording(
        'shop:bad',
        'sum(rate(requests_total{status="500"}[5m])) / sum(rate(requests_total[5m]))',
      ),
    ];
    expect(readRuleSubject('shop:latency > 2', recordings)).toEqual({
      kind: 'slow_requests',
      quantile: 0.9,
      thresholdMs: 2_000,
    });
    expect(readRuleSubject('shop:bad > 0.1', recordings).kind).toBe('failures');
  });
  test('of several recorded under one name the one with the labels that are chosen', () => {
    const recordings = [
      recording(
        'slo:sli_error:ratio_rate5m',
        'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
        { sloth_id: 'shop-availability' },
      ),
      recording(
        'slo:sli_error:ratio_rate5m',
        '1 - sum(rate(http_request_duration_seconds_bucket{le="0.3"}[5m])) / sum(rate(http_request_duration_seconds_count[5m]))',
        { sloth_id: 'shop-quick' },
      ),
    ];
    const burns = (id: string) =>
      readRuleSubject(`slo:sli_error:ratio_rate5m{sloth_id="${id}"} > (14.4 * 0.01)`, recordings);
    expect(burns('shop-availability').kind).toBe('failures');
    expect(burns('shop-quick')).toMatchObject({ kind: 'slow_requests', thresholdMs: 300 });
  });
  test('a recording rule that names itself ends', () => {
    expect(readRuleSubject('a:b > 1', [recording('a:b', 'a:b + a:b')]).kind).toBe('unreadable');
  });
});

const rules = join(import.meta.dirname, '../../../alert-rules');
const own = readdirSync(rules)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) =>
    (
      parse(readFileSync(join(rules, name), 'utf8')) as {
        groups: {
          rules: {
            alert?: string;
            record?: string;
            expr: string;
            annotations?: Record<string, string>;
          }[];
        }[];
      }
    ).groups.flatMap((group) => group.rules),
  );
const recordings = own.flatMap(({ record, expr }) =>
  record ? [{ name: record, query: expr, labels: {} }] : [],
);

test.each(own.filter(({ alert }) => alert))(
  'what $alert says it counts is what its expression counts',
  ({ alert, expr, annotations }) => {
    const expected = annotations?.portal_impact;
    expect(expected, alert).toBeTruthy();
    const { kind } = readRuleSubject(expr, recordings);
    // Where it cannot be read its own word counts.
    if (kind !== 'unreadable') expect(kind).toBe(expected);
  },
);

test('any text is read as something, and what is no PromQL never as requests that are slow', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readRuleSubject(text).kind).not.toBe('slow_requests');
    }),
  );
});
