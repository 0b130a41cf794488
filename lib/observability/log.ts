import { trace } from '@opentelemetry/api';
import { logs, type AnyValueMap } from '@opentelemetry/api-logs';
import pino, { type Logger } from 'pino';
import { currentCorrelationId } from '@/lib/correlation-id/propagation';
import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  '*.authorization',
  '*.cookie',
  '*.password',
  '*.token',
  '*.secret',
];

function create(): Logger {
  return pino(
    {
      level: config().LOG_LEVEL,
      base: { service: 'throughline' },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_KEYS, censor: '[redacted]' },
      mixin() {
        const span = trace.getActiveSpan()?.spanContext();
        const correlationId = currentCorrelationId();
        return {
          ...(span ? { trace_id: span.traceId, span_id: span.spanId } : {}),
          ...(correlationId ? { correlation_id: correlationId } : {}),
        };
      },
    },
    pino.multistream([
      { stream: process.stdout, level: 'debug' },
      { stream: { write: emit }, level: 'debug' },
    ]),
  );
}

const SEVERITY: Record<string, number> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

/**
 * The same line as an OpenTelemetry log record: goes nowhere unless instrumentation.ts set up an
 * exporter.
 */
function emit(line: string): void {
  const {
    level,
    message,
    time,
    trace_id: _trace,
    span_id: _span,
    service: _service,
    ...attributes
  } = JSON.parse(line) as Record<string, string>;
  logs.getLogger('throughline').emit({
    severityNumber: SEVERITY[level ?? 'info'] ?? 9,
    severityText: level ?? 'info',
    body: message ?? '',
    timestamp: new Date(time ?? Date.now()),
    attributes: attributes as AnyValueMap,
  });
}

/** Structured logs: one JSON object a line on stdout, with trace, span and correlation id. */
export const log = processState('observability.log', create);
