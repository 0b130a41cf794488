import {
  CORRELATION_ATTRIBUTE,
  type CorrelationId,
  type SpanId,
} from '@/lib/correlation-id/grammar';
import { spellingsOf } from '@/lib/correlation-id/spellings';
import type { RecentQuery, SpanFilter } from '../model';
import { quoted } from '../prometheus/promql';

/** A TraceQL query built here; nothing else is sent to Tempo. */
declare const brand: unique symbol;
export type TraceQl = string & { readonly [brand]: 'TraceQl' };

/** @throws RangeError for what is no attribute name (configuration checks it first) */
function named(scope: 'span' | 'resource', attribute: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_.-]*$/.test(attribute))
    throw new RangeError(`not an attribute name: ${attribute}`);
  return `${scope}.${attribute}`;
}

/** One condition: the attribute has exactly this value. @throws RangeError */
export const equals = (
  scope: 'span' | 'resource',
  attribute: string,
  value: string | bigint,
): string => `${named(scope, attribute)} = ${typeof value === 'bigint' ? value : quoted(value)}`;

/**
 * Spans that carry the id: as their own, as their resource's (a job's), or in a lookup attribute,
 * where a number may be stored as one. In every spelling of the id.
 */
export function spansWithId(id: CorrelationId, lookupAttributes: readonly string[]): TraceQl {
  const number = /^\d{5,18}$/.test(id) ? [BigInt(id)] : [];
  const spellings = spellingsOf(id);
  const conditions = [
    ...spellings.map((each) => equals('span', CORRELATION_ATTRIBUTE, each)),
    ...spellings.map((each) => equals('resource', CORRELATION_ATTRIBUTE, each)),
    ...lookupAttributes.flatMap((attribute) =>
      [...spellings, ...number].map((value) => equals('span', attribute, value)),
    ),
  ];
  return `{ ${conditions.join(' || ')} }` as TraceQl;
}

export const bySpanId = (id: SpanId): TraceQl => `{ span:id = ${quoted(id)} }` as TraceQl;

const SELECTED = [
  `span.${CORRELATION_ATTRIBUTE}`,
  'span.http.response.status_code',
  'span.error.type',
  'resource.service.name',
  'name',
  'status',
].join(', ');
const ROOT = 'nestedSetParent < 0';
const SLOW = '1s';
const ROOT_IS = {
  failed: ['status = error'],
  succeeded: ['status != error'],
  slow: [`duration > ${SLOW}`],
  all: [],
} as const;
const ofService = (service: string | undefined) =>
  service === undefined ? [] : [equals('resource', 'service.name', service)];

/** The conditions of one span. */
function spanConditions({
  service,
  operation,
  pod,
  podPattern,
  node,
  namespace,
  failed,
  minDurationNs,
  attributes = {},
}: SpanFilter): string[] {
  return [
    ...(failed ? ['status = error'] : []),
    ...(minDurationNs === undefined ? [] : [`duration >= ${minDurationNs}ns`]),
    ...ofService(service),
    ...(operation === undefined ? [] : [`name = ${quoted(operation)}`]),
    ...Object.entries({
      'k8s.pod.name': pod,
      'k8s.node.name': node,
      'k8s.namespace.name': namespace,
    }).flatMap(([key, value]) => (value === undefined ? [] : [equals('resource', key, value)])),
    ...(podPattern === undefined
      ? []
      : [`${named('resource', 'k8s.pod.name')} =~ ${quoted(podPattern)}`]),
    ...Object.entries(attributes).map(([name, value]) =>
      value === undefined
        ? `(${named('span', name)} != nil || ${named('resource', name)} != nil)`
        : `(${equals('span', name, value)} || ${equals('resource', name, value)})`,
    ),
  ];
}

/** Requests by their roots; for failed ones the spans that failed come along. */
export function recent(
  state: RecentQuery['state'],
  service: string | undefined,
  filter: SpanFilter = {},
): TraceQl {
  const anyFailed = state === 'failed' && !filter.failed ? [['status = error']] : [];
  const filtered = spanConditions(filter);
  const sets = [
    [ROOT, ...ROOT_IS[state], ...ofService(service)],
    ...anyFailed,
    ...(filtered.length > 0 ? [filtered] : []),
  ];
  const spanSets = sets.map((conditions) => `{ ${conditions.join(' && ')} }`).join(' && ');
  return `${spanSets} | select(${SELECTED}, nestedSetLeft, nestedSetParent)` as TraceQl;
}

/**
 * The same before nested sets (Tempo 2.3): traces with any such span, as a root cannot be
 * expressed.
 */
export function recentByAnySpan(
  state: RecentQuery['state'],
  service: string | undefined,
  filter: SpanFilter = {},
): TraceQl {
  const conditions = [
    ...(state === 'failed' && !filter.failed ? ['status = error'] : []),
    ...(state === 'slow' ? [`traceDuration > ${SLOW}`] : []),
    ...spanConditions({ ...filter, service: filter.service ?? service }),
  ];
  return `{ ${conditions.join(' && ') || 'true'} } | select(${SELECTED})` as TraceQl;
}

/** How many requests there were, whatever became of them. */
export function countOfRoots(service: string | undefined): TraceQl {
  return `{ ${[ROOT, ...ofService(service)].join(' && ')} } | count_over_time()` as TraceQl;
}

/**
 * The newest first, where the server knows the hint (it refuses the query otherwise); else
 * whichever are found first.
 */
export const newestFirst = (query: TraceQl): TraceQl =>
  `${query} with(most_recent=true)` as TraceQl;
