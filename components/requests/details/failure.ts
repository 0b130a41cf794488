// Pure: runs in browsers too.
import type { SpanRow } from '@/lib/requests/contract';
import { formatOffset } from '@/lib/time/format';

/** Why a span failed. */
export interface Failure {
  readonly title: string;
  readonly type: string;
  readonly message: string;
  readonly stackTrace: string | null;
  /** The event that says so, where one does. */
  readonly event: SpanRow['events'][number] | null;
}

/**
 * The last exception of a span (OpenTelemetry's `exception` event), else its status; null for one
 * that did not fail.
 */
export function failureOf(span: SpanRow): Failure | null {
  const event = span.events.findLast(({ name }) => name === 'exception');
  if (event) {
    const { attributes } = event;
    const stackTrace: unknown = attributes['exception.stacktrace'];
    return {
      title: `Exception, ${formatOffset(event.offsetNs)}`,
      type: String(attributes['exception.type'] ?? span.errorType),
      message: String(attributes['exception.message'] ?? span.statusMessage),
      stackTrace: typeof stackTrace === 'string' ? stackTrace : null,
      event,
    };
  }
  if (!span.failed) return null;
  const type = span.errorType ?? '';
  return {
    title: 'Failed',
    type,
    message: span.statusMessage === type ? '' : span.statusMessage,
    stackTrace: null,
    event: null,
  };
}
