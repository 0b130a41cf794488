import { promql, selector } from '@/lib/telemetry/prometheus/promql';
import { counter, gauge, timestamp } from './example-series';
import type { Dashboard, Drilldown } from './panel';
import { PORTAL_SERVICE } from './parameters';

const ITSELF = 'the portal (/api/metrics)';
const own = (): Drilldown => ({ state: 'all', spanFilter: { service: PORTAL_SERVICE } });
const ownFailed = (): Drilldown => ({
  state: 'all',
  spanFilter: { service: PORTAL_SERVICE, failed: true },
});
const QUESTIONS = { source: 'Tempo', signal: 'traces' };

export const portal: Dashboard = {
  id: 'portal',
  title: 'The portal and its sources',
  question: 'Or what looks at them?',
  parameters: [],
  headline: [{ panel: 'requests', noun: ['request a second', 'requests a second'] }],
  panels: [
    {
      id: 'requests',
      title: 'Requests to the portal',
      question: 'What is asked of it?',
      unit: 'per-second',
      groupBy: ['route'],
      query: (_, range) =>
        promql`sum by (route) (rate(${selector(
          'http_server_request_duration_seconds_count',
          [
            ['route', '!=', ''],
            ['route', '=~', '/(api|v1)/.*'],
          ],
          range,
        )}))`,
      exportedBy: ITSELF,
      drilldown: own,
      exampleSeries: (value) => [
        counter(
          'http_server_request_duration_seconds_count',
          { route: '/api/requests', method: 'GET', status: '200' },
          value,
        ),
      ],
    },
    {
      id: 'sources',
      title: 'Failed questions to sources',
      question: 'Which backend does not answer?',
      unit: 'ratio',
      groupBy: ['source', 'signal'],
      query: (_, range) =>
        promql`
          (
            sum by (source, signal) (
              rate(
                ${selector(
                  'throughline_source_request_duration_seconds_count',
                  [['outcome', '!~', 'ok|cancelled']],
                  range,
                )}
              )
            )
            or 0 * sum by (source, signal) (
              rate(
                ${selector('throughline_source_request_duration_seconds_count', [], range)}
              )
            )
          )
          / (
            sum by (source, signal) (
              rate(
                ${selector('throughline_source_request_duration_seconds_count', [], range)}
              )
            ) > 0
          )
        `,
      threshold: { value: 0.5, alert: 'PortalSourceFailing', severity: 'warning' },
      remediation: 'Sources in the portal says how it fails.',
      exportedBy: ITSELF,
      drilldown: ownFailed,
      exampleSeries: (value) => [
        counter(
          'throughline_source_request_duration_seconds_count',
          { ...QUESTIONS, outcome: 'timeout' },
          value,
        ),
        counter(
          'throughline_source_request_duration_seconds_count',
          { ...QUESTIONS, outcome: 'ok' },
          1 - value,
        ),
      ],
    },
    {
      id: 'canary',
      title: 'Since the canary was seen',
      question: 'Does what is sent arrive?',
      unit: 'seconds',
      groupBy: ['signal'],
      query: () =>
        promql`
          time() - max by (signal) (
            ${selector('throughline_canary_found_timestamp_seconds', [])}
          )
        `,
      threshold: { value: 600, alert: 'PortalCanaryMissing', severity: 'warning' },
      remediation: 'Collector, Tempo or Loki: their alerts say which.',
      exportedBy: ITSELF,
      drilldown: own,
      exampleSeries: () => [
        timestamp('throughline_canary_found_timestamp_seconds', { signal: 'traces' }),
      ],
    },
    {
      id: 'deliveries',
      title: 'Messages of alert sources',
      question: 'Who sends, and what becomes of it?',
      unit: 'per-second',
      groupBy: ['source', 'outcome'],
      query: (_, range) =>
        promql`
          sum by (source, outcome) (
            rate(${selector('throughline_alert_deliveries_total', [], range)})
          )
        `,
      exportedBy: ITSELF,
      drilldown: own,
      exampleSeries: (value) => [
        counter(
          'throughline_alert_deliveries_total',
          { source: 'production', outcome: 'stored' },
          value,
        ),
      ],
    },
    {
      id: 'waiting',
      title: 'Messages not yet read',
      question: 'Is the list of alerts behind?',
      unit: 'count',
      groupBy: [],
      query: () => promql`max(${selector('throughline_alert_deliveries_waiting', [])})`,
      threshold: { value: 1000, alert: 'PortalDeliveriesWaiting', severity: 'warning' },
      remediation: 'Does a worker run? What floods it?',
      exportedBy: ITSELF,
      drilldown: own,
      exampleSeries: (value) => [gauge('throughline_alert_deliveries_waiting', {}, value)],
    },
    {
      id: 'jobs-overdue',
      title: 'Overdue jobs',
      question: 'Is somebody not told?',
      unit: 'count',
      groupBy: [],
      query: () => promql`max(${selector('throughline_jobs_overdue', [])})`,
      threshold: { value: 0, alert: 'PortalJobsOverdue', severity: 'critical' },
      remediation: 'Tell people yourself; then mend the channel.',
      exportedBy: ITSELF,
      drilldown: own,
      exampleSeries: (value) => [gauge('throughline_jobs_overdue', {}, value)],
    },
    {
      id: 'open',
      title: 'Open episodes',
      question: 'How much is firing?',
      unit: 'count',
      groupBy: [],
      query: () => promql`max(${selector('throughline_alert_episodes_open', [])})`,
      exportedBy: ITSELF,
      drilldown: own,
      exampleSeries: (value) => [gauge('throughline_alert_episodes_open', {}, value)],
    },
    {
      id: 'collector-queue',
      title: 'Queues of the collector',
      question: 'Is telemetry about to be dropped?',
      unit: 'ratio',
      groupBy: ['job', 'exporter'],
      query: () =>
        promql`
          max by (job, exporter) (${selector('otelcol_exporter_queue_size', [])})
          / max by (job, exporter) (${selector('otelcol_exporter_queue_capacity', [])})
        `,
      threshold: { value: 0.8, alert: 'CollectorQueueFilling', severity: 'warning' },
      remediation: 'Is the backend slow or refusing?',
      exportedBy: 'the OpenTelemetry Collector',
      drilldown: own,
      exampleSeries: (value) => [
        gauge('otelcol_exporter_queue_size', { job: 'gateway', exporter: 'otlp' }, value * 100),
        gauge('otelcol_exporter_queue_capacity', { job: 'gateway', exporter: 'otlp' }, 100),
      ],
    },
  ],
};
