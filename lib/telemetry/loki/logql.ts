import {
  CORRELATION_ATTRIBUTE,
  type CorrelationId,
  type TraceId,
} from '@/lib/correlation-id/grammar';
import { spellingsOf, traceSpellings } from '@/lib/correlation-id/spellings';
import { oneOf, quoted, type Matcher } from '../prometheus/promql';

/** A LogQL query built here; nothing else is sent to Loki. */
declare const brand: unique symbol;
export type LogQl = string & { readonly [brand]: 'LogQl' };

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * A stream selector. Loki wants one matcher that cannot match empty. @throws RangeError for what is
 * no label name
 */
export function streams(matchers: readonly Matcher[]): LogQl {
  const inner = matchers.map(([label, operator, value]) => {
    if (!LABEL.test(label)) throw new RangeError(`not a label name: ${label}`);
    return `${label}${operator}${quoted(value)}`;
  });
  return `{${inner.join(',')}}` as LogQl;
}

/** All streams that have the label. */
export const streamsWithLabel = (label: string): LogQl => streams([[label, '=~', '.+']]);

/** How Loki names an attribute of OpenTelemetry in structured metadata. */
export const metadataName = (attribute: string): string =>
  attribute.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');

/** Lines whose structured metadata has the id, as correlation id or in a lookup attribute. */
export function byMetadata(
  of: LogQl,
  id: CorrelationId,
  lookupAttributes: readonly string[],
): LogQl {
  const spellings = spellingsOf(id);
  const isId = spellings.length === 1 ? `=${quoted(id)}` : `=~${quoted(oneOf(spellings))}`;
  const conditions = [CORRELATION_ATTRIBUTE, ...lookupAttributes].map(
    (attribute) => `${metadataName(attribute)}${isId}`,
  );
  return `${of} | ${conditions.join(' or ')}` as LogQl;
}

/**
 * Lines whose text holds one of the ids; `holdsId` then tells a whole id from a part of a longer
 * one.
 */
export const byLine = (of: LogQl, ids: readonly string[]): LogQl =>
  `${of} |= ${ids.map(quoted).join(' or ')}` as LogQl;

/** Structured metadata that names a trace: OTLP's own, and attributes of loggers. */
const TRACE_FIELDS = ['trace_id', 'traceId', 'traceID', 'TraceId', 'otelTraceID'];

/** Lines whose structured metadata names one of the traces, under any of its names. */
export function byTraceIds(of: LogQl, ids: readonly TraceId[]): LogQl {
  const isTrace = `=~${quoted(oneOf(ids.flatMap(traceSpellings)))}`;
  return `${of} | ${TRACE_FIELDS.map((field) => `${field}${isTrace}`).join(' or ')}` as LogQl;
}
