import { CORRELATION_ATTRIBUTE, type CorrelationId, type SpanId } from '@/lib/correlation/grammar';
import { quoted } from '../prometheus/promql';

/** A TraceQL query built here; nothing else is sent to Tempo. */
declare const brand: unique symbol;
export type TraceQl = string & { readonly [brand]: 'TraceQl' };

/** One condition: the attribute has exactly this value. @throws RangeError for what is no attribute name (configuration checks it first) */
export function equals(scope: 'span' | 'resource', attribute: string, value: string | bigint): string {
  if (!/^[A-Za-z][A-Za-z0-9_.-]*$/.test(attribute)) throw new RangeError(`not an attribute name: ${attribute}`);
  return `${scope}.${attribute} = ${typeof value === 'bigint' ? value : quoted(value)}`;
}

/** Spans that carry the id: as their own, as their resource's (a job's), or in a lookup attribute, where a number may be stored as one. */
export function carrying(id: CorrelationId, lookupAttributes: readonly string[]): TraceQl {
  const number = /^\d{8,18}$/.test(id) ? [BigInt(id)] : [];
  const conditions = [
    equals('span', CORRELATION_ATTRIBUTE, id),
    equals('resource', CORRELATION_ATTRIBUTE, id),
    ...lookupAttributes.flatMap((attribute) => [id, ...number].map((value) => equals('span', attribute, value))),
  ];
  return `{ ${conditions.join(' || ')} }` as TraceQl;
}

export const bySpanId = (id: SpanId): TraceQl => `{ span:id = ${quoted(id)} }` as TraceQl;

const SELECTED = `span.${CORRELATION_ATTRIBUTE}, span.http.response.status_code, span.error.type, resource.service.name, name, status`;
const ROOT = 'nestedSetParent < 0';
const SLOW = '1s';
const ofService = (service: string | undefined) => (service === undefined ? [] : [equals('resource', 'service.name', service)]);

/** Requests by their roots; for failed ones the spans that failed come along. */
export function recent(state: 'failed' | 'slow' | 'all', service: string | undefined, failedIn?: string): TraceQl {
  const root = [ROOT, ...(state === 'failed' ? ['status = error'] : state === 'slow' ? [`duration > ${SLOW}`] : []), ...ofService(service)].join(' && ');
  const failed = ['status = error', ...ofService(failedIn)].join(' && ');
  return `{ ${root} }${state === 'failed' ? ` && { ${failed} }` : ''} | select(${SELECTED}, nestedSetLeft, nestedSetParent)` as TraceQl;
}

/** The same before nested sets (Tempo 2.3): traces of which any span is so, as there is no word for a root. */
export function recentByAnySpan(state: 'failed' | 'slow' | 'all', service: string | undefined, failedIn?: string): TraceQl {
  const conditions = [...(state === 'failed' ? ['status = error'] : state === 'slow' ? [`traceDuration > ${SLOW}`] : []), ...ofService(failedIn ?? service)];
  return `{ ${conditions.join(' && ') || 'true'} } | select(${SELECTED})` as TraceQl;
}

/** How many requests there were, whatever became of them. */
export function countOfRoots(service: string | undefined): TraceQl {
  return `{ ${[ROOT, ...ofService(service)].join(' && ')} } | count_over_time()` as TraceQl;
}

/** The newest first, where the server knows the hint (it refuses the query otherwise); else whichever are found first. */
export const newestFirst = (query: TraceQl): TraceQl => `${query} with(most_recent=true)` as TraceQl;
