import { trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { currentCorrelationId } from '@/lib/correlation-id/propagation';

const SEVERITY = { debug: 5, info: 9, warn: 13, error: 17 } as const;

/**
 * One JSON line on stdout, as a log collector would read it, and the same as an OTLP log record.
 */
export function log(
  level: keyof typeof SEVERITY,
  message: string,
  fields: Record<string, string | number | boolean> = {},
): void {
  const span = trace.getActiveSpan()?.spanContext();
  process.stdout.write(
    `${JSON.stringify({
      time: new Date().toISOString(),
      level,
      message,
      ...fields,
      trace_id: span?.traceId,
      span_id: span?.spanId,
      correlation_id: currentCorrelationId(),
    })}\n`,
  );
  logs.getLogger('demo').emit({
    severityNumber: SEVERITY[level],
    severityText: level,
    body: message,
    attributes: fields,
  });
}
