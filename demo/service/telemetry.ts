import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchLogRecordProcessor,
  type LogRecordProcessor,
  type SdkLogRecord,
} from '@opentelemetry/sdk-logs';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  CorrelationLogProcessor,
  CorrelationPropagator,
  CorrelationSpanProcessor,
} from '@/lib/correlation-id/propagation';
import { nodeOf } from './nodes';

/** Ids kept for counting; older ones are forgotten. */
const MAX_IDS = 50_000;

/**
 * What this process gave to its exporters, by correlation id: the truth that the portal's view is
 * held against.
 */
export const emitted = new Map<string, { spans: number; logs: number }>();

export function countEmitted(id: unknown, what: 'spans' | 'logs', by = 1): void {
  if (typeof id !== 'string') return;
  const counts = emitted.get(id) ?? { spans: 0, logs: 0 };
  counts[what] += by;
  emitted.set(id, counts);
  if (emitted.size > MAX_IDS) emitted.delete(emitted.keys().next().value!);
}

class CountingSpans implements SpanProcessor {
  onStart(): void {}
  onEnd(span: ReadableSpan): void {
    countEmitted(span.attributes.correlation_id, 'spans');
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

class CountingLogs implements LogRecordProcessor {
  onEmit(record: SdkLogRecord): void {
    countEmitted(record.attributes.correlation_id, 'logs');
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

/**
 * Starts OpenTelemetry as a service of your own would; returns what flushes it. Where to send is
 * `OTEL_EXPORTER_OTLP_ENDPOINT`.
 * @param instrumentations what makes spans of libraries; a service without makes its own
 */
export function startTelemetry(
  service: string,
  pod: string,
  instrumentations: Instrumentation[] = [],
): () => Promise<void> {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.version': '1.4.2',
      'k8s.pod.name': pod,
      'k8s.node.name': nodeOf(service),
      'k8s.namespace.name': service === 'runner' ? 'ci' : 'shop',
      'deployment.environment.name': 'demo',
    }),
    autoDetectResources: false,
    instrumentations,
    textMapPropagator: new CompositePropagator({
      propagators: [
        new W3CTraceContextPropagator(),
        new W3CBaggagePropagator(),
        new CorrelationPropagator({ mint: service === 'edge' }),
      ],
    }),
    spanProcessors: [
      new CorrelationSpanProcessor() as SpanProcessor,
      new CountingSpans(),
      new BatchSpanProcessor(new OTLPTraceExporter(), {
        scheduledDelayMillis: 500,
        maxQueueSize: 20_000,
      }),
    ],
    logRecordProcessors: [
      new CorrelationLogProcessor() as LogRecordProcessor,
      new CountingLogs(),
      new BatchLogRecordProcessor({
        exporter: new OTLPLogExporter(),
        scheduledDelayMillis: 500,
        maxQueueSize: 20_000,
      }),
    ],
    metricReaders: [],
  });
  sdk.start();
  return () => sdk.shutdown();
}
