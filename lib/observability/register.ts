import { registerOTel } from '@vercel/otel';
import { SpanKind, trace, type Attributes, type Context, type Link } from '@opentelemetry/api';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  BatchSpanProcessor,
  SamplingDecision,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base';
import { processState } from '@/lib/config/process-state';
import {
  CorrelationLogProcessor,
  CorrelationPropagator,
  CorrelationSpanProcessor,
} from '@/lib/correlation-id/propagation';

/** Machines ask these all day; a trace of each would bury those of people. */
const UNTRACED = /^\/(v1\/|_next\/|api\/(webhooks|healthz|readyz|metrics)|favicon|icon)/;

/**
 * The portal's proof that what is sent arrives (lib/telemetry/canary.ts): the one span of its own
 * that has no request above it.
 */
export const CANARY_SPAN = 'canary';

const exported = processState('observability.exports', () => ({
  signals: [] as ('traces' | 'logs')[],
}));

/** Which signals of its own this process sends somewhere. */
export const exports = (): readonly ('traces' | 'logs')[] => exported().signals;

/**
 * Drops intake, probes and assets by their path, and everything below a dropped or suppressed
 * parent.
 */
class PortalSampler implements Sampler {
  shouldSample(
    context: Context,
    _traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    _links: Link[],
  ): SamplingResult {
    const parent = trace.getSpanContext(context);
    const local = parent && !parent.isRemote;
    if (local)
      return {
        decision:
          parent.traceFlags & 1 ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
      };
    const target = String(attributes['http.target'] ?? attributes['url.path'] ?? '');
    // Next's boot, database pings and the exporter's own calls have no request above them.
    const request =
      kind === SpanKind.SERVER || name === 'BaseServer.handleRequest' || name === CANARY_SPAN;
    return {
      decision:
        request && !UNTRACED.test(target)
          ? SamplingDecision.RECORD_AND_SAMPLED
          : SamplingDecision.NOT_RECORD,
    };
  }
  toString(): string {
    return 'PortalSampler';
  }
}

/**
 * The portal as a service like any other: spans of pages, handlers, outbound calls and SQL; its
 * logs; one correlation id a request. Exports to `OTEL_EXPORTER_OTLP_ENDPOINT`, or to an endpoint a
 * signal (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT`) as
 * OpenTelemetry has them, with `OTEL_EXPORTER_OTLP_HEADERS`, and nowhere else.
 */
export function registerTelemetry(environment: NodeJS.ProcessEnv): void {
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: base,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces = base && `${base}/v1/traces`,
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: logs = base && `${base}/v1/logs`,
  } = environment;
  exported().signals = [
    ...(traces ? (['traces'] as const) : []),
    ...(logs ? (['logs'] as const) : []),
  ];
  // @vercel/otel would add an exporter of its own, and every span would leave twice.
  for (const name of [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  ])
    delete environment[name];
  registerOTel({
    serviceName: process.env.OTEL_SERVICE_NAME ?? 'throughline',
    attributes: process.env.HOSTNAME_POD ? { 'k8s.pod.name': process.env.HOSTNAME_POD } : {},
    traceSampler: new PortalSampler(),
    propagators: [
      new W3CTraceContextPropagator(),
      new W3CBaggagePropagator(),
      new CorrelationPropagator({ mint: true }),
    ],
    instrumentations: [
      new UndiciInstrumentation(),
      new PgInstrumentation({ requireParentSpan: true }),
    ],
    instrumentationConfig: { fetch: { enabled: false } },
    spanProcessors: [
      new CorrelationSpanProcessor() as never,
      ...(traces
        ? [
            new BatchSpanProcessor(new OTLPTraceExporter({ url: traces }), {
              scheduledDelayMillis: 1000,
            }),
          ]
        : []),
    ],
    logRecordProcessors: [
      new CorrelationLogProcessor() as never,
      ...(logs
        ? [
            new BatchLogRecordProcessor({
              exporter: new OTLPLogExporter({ url: logs }),
              scheduledDelayMillis: 1000,
            }),
          ]
        : []),
    ],
  });
}
