import { context, trace } from '@opentelemetry/api';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { processState } from '@/lib/config/process-state';
import { currentCorrelationId } from '@/lib/correlation-id/propagation';

function create() {
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  collectDefaultMetrics({ register: registry as unknown as Registry });
  const registers = [registry as unknown as Registry];
  return {
    registry,
    httpDuration: new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of HTTP server requests in seconds, by route.',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      enableExemplars: true,
      registers,
    }),
    sourceDuration: new Histogram({
      name: 'throughline_source_request_duration_seconds',
      help: 'Duration of calls to a source in seconds, by outcome.',
      labelNames: ['source', 'signal', 'outcome'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    intakeItems: new Counter({
      name: 'throughline_intake_items_total',
      help: 'Spans and log records received over OTLP, by outcome.',
      labelNames: ['signal', 'outcome'],
      registers,
    }),
    intakeRejected: new Counter({
      name: 'throughline_intake_rejected_total',
      help: 'Spans and log records received over OTLP and not kept, by reason.',
      labelNames: ['signal', 'reason'],
      registers,
    }),
    storeBytes: new Gauge({
      name: 'throughline_store_bytes',
      help: 'Size of the embedded store in bytes.',
      registers,
    }),
    alertDeliveries: new Counter({
      name: 'throughline_alert_deliveries_total',
      help: 'Alert deliveries received, by outcome.',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    alertsWaiting: new Gauge({
      name: 'throughline_alert_deliveries_waiting',
      help: 'Alert deliveries stored and not yet processed.',
      registers,
    }),
    alertsQuarantined: new Counter({
      name: 'throughline_alerts_quarantined_total',
      help: 'Items of alert deliveries that could not be read as alerts.',
      labelNames: ['source'],
      registers,
    }),
    openEpisodes: new Gauge({
      name: 'throughline_alert_episodes_open',
      help: 'Open alert episodes.',
      registers,
    }),
    jobAttempts: new Counter({
      name: 'throughline_job_attempts_total',
      help: 'Attempts to run a job, by its kind and outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    jobsOverdue: new Gauge({
      name: 'throughline_jobs_overdue',
      help: 'Jobs that were queued too long or tried more than twice.',
      registers,
    }),
    jobWorkers: new Gauge({
      name: 'throughline_job_workers_connected',
      help: 'Workers of this process that take jobs.',
      registers,
    }),
    canaryFound: new Gauge({
      name: 'throughline_canary_found_timestamp_seconds',
      help: 'When the canary of a signal was last found in its source.',
      labelNames: ['signal'],
      registers,
    }),
    signInFailures: new Counter({
      name: 'throughline_sign_in_failures_total',
      help: 'Sign-ins refused because name or password was wrong.',
      registers,
    }),
  };
}

/** The metrics of this process, in one registry. */
export const metrics = processState('observability.metrics', create);

/** Notes how long a request took, with the trace it belongs to as exemplar. */
export function observeRequest(
  route: string,
  method: string,
  status: number,
  seconds: number,
): void {
  const span = trace.getSpanContext(context.active());
  const correlationId = currentCorrelationId();
  metrics().httpDuration.observe({
    labels: { route, method, status: String(status) },
    value: seconds,
    // OpenMetrics allows 128 characters of exemplar labels in all.
    exemplarLabels:
      span && span.traceFlags & 1
        ? {
            trace_id: span.traceId,
            ...(correlationId && correlationId.length <= 64
              ? { correlation_id: correlationId }
              : {}),
          }
        : undefined,
  } as Parameters<Histogram['observe']>[0] & object as never);
}
