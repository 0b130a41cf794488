import { CORRELATION_ATTRIBUTE, type CorrelationId, type SpanId } from '@/lib/correlation/grammar';
import { quoted } from '../prometheus/promql';

/** TraceQL built here, and only here. */
export const byCorrelationId = (id: CorrelationId): string => `{ span.${CORRELATION_ATTRIBUTE} = ${quoted(id)} }`;
export const bySpanId = (id: SpanId): string => `{ span:id = ${quoted(id)} }`;

const SELECTED = `select(span.${CORRELATION_ATTRIBUTE}, span.http.response.status_code, span.error.type, resource.service.name, name)`;

export function recent(state: 'failed' | 'slow' | 'all', service: string | undefined): string {
  const conditions = [
    ...(state === 'failed' ? ['status = error'] : state === 'slow' ? ['traceDuration > 1s'] : []),
    ...(service === undefined ? [] : [`resource.service.name = ${quoted(service)}`]),
  ];
  return `{ ${conditions.join(' && ') || 'true'} } | ${SELECTED}`;
}
