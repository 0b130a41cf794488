import {
  CORRELATION_ATTRIBUTE,
  type CorrelationId,
  type SpanId,
} from '@/lib/correlation-id/grammar';
import { spellingsOf } from '@/lib/correlation-id/spellings';
import type { RecentQuery, SpanFilter } from '../model';
import { EVIDENCE_ATTRIBUTES } from '../conventions';
import { quoted } from '../prometheus/promql';
import { FAILED, FAILED_OR_EXCEPTION, isPlainName } from './failure-conditions';

/** A TraceQL query built here; nothing else is sent to Tempo. */
declare const brand: unique symbol;
export type TraceQl = string & { readonly [brand]: 'TraceQl' };

/** @throws RangeError for what is no attribute name (configuration checks it first) */
function named(scope: 'span' | 'resource', attribute: string): string {
  if (!isPlainName(attribute)) throw new RangeError(`not an attribute name: ${attribute}`);
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

/**
 * What a server can be asked for: nested sets, by which the root and the place of a span are known,
 * come with 2.4, events of a span with 2.7, the newest first with 2.8.
 */
export interface Dialect {
  readonly hasNestedSets: boolean;
  readonly hasEvents: boolean;
  readonly hasNewestFirst: boolean;
}

/** The newest first: what is refused is asked in the one after. */
export const DIALECTS: readonly Dialect[] = [
  { hasNestedSets: true, hasEvents: true, hasNewestFirst: true },
  { hasNestedSets: true, hasEvents: true, hasNewestFirst: false },
  { hasNestedSets: true, hasEvents: false, hasNewestFirst: false },
  { hasNestedSets: false, hasEvents: false, hasNewestFirst: false },
];

const NESTED_SET = ['nestedSetLeft', 'nestedSetParent'] as const;
const OF_EVENTS = ['event.exception.type', 'event.exception.message'] as const;
/** Names that the answer could not tell from what Tempo itself says of a span. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['status']);

const selected = ({ hasNestedSets, hasEvents }: Dialect): string =>
  [
    `span.${CORRELATION_ATTRIBUTE}`,
    'resource.service.name',
    'name',
    'kind',
    'status',
    'statusMessage',
    ...EVIDENCE_ATTRIBUTES.filter((name) => isPlainName(name) && !AMBIGUOUS.has(name)).map(
      (name) => `span.${name}`,
    ),
    ...(hasNestedSets ? NESTED_SET : []),
    ...(hasEvents ? OF_EVENTS : []),
  ].join(', ');

const ROOT = 'nestedSetParent < 0';
const SLOW = '1s';
const rootIs = (state: RecentQuery['state'], { hasEvents }: Dialect): string[] => {
  if (state === 'failed') return [hasEvents ? FAILED_OR_EXCEPTION : FAILED];
  if (state === 'succeeded') return ['status != error'];
  return state === 'slow' ? [`duration > ${SLOW}`] : [];
};
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
    ...(failed ? [FAILED] : []),
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

/** An operation whose requests are not wanted. */
export interface ExcludedOperation {
  readonly service: string;
  readonly name: string;
}

export interface RootQuery extends Pick<RecentQuery, 'state' | 'service' | 'spanFilter'> {
  readonly except?: ExcludedOperation | undefined;
}

/**
 * Requests by their roots; for failed ones the spans that failed come along. Before nested sets
 * traces with any such span, as a root cannot be expressed.
 */
export function recent(query: RootQuery, dialect: Dialect): TraceQl {
  const sets = dialect.hasNestedSets ? setsByRoot(query, dialect) : [anySpan(query)];
  const spanSets = sets.map((conditions) => `{ ${conditions.join(' && ') || 'true'} }`);
  const hint = dialect.hasNewestFirst ? ' with(most_recent=true)' : '';
  return `${spanSets.join(' && ')} | select(${selected(dialect)})${hint}` as TraceQl;
}

function setsByRoot(query: RootQuery, dialect: Dialect): string[][] {
  const { state, spanFilter = {} } = query;
  const filtered = spanConditions(spanFilter);
  return [
    rootConditions(query, dialect),
    ...(state === 'failed' ? [rootIs('failed', dialect)] : []),
    ...(filtered.length > 0 ? [filtered] : []),
  ];
}

function rootConditions({ state, service, except }: RootQuery, dialect: Dialect): string[] {
  return [
    ROOT,
    ...rootIs(state, dialect),
    ...ofService(service),
    ...(except
      ? [`(resource.service.name != ${quoted(except.service)} || name != ${quoted(except.name)})`]
      : []),
  ];
}

function anySpan({ state, service, spanFilter = {} }: RootQuery): string[] {
  return [
    ...(state === 'failed' && !spanFilter.failed ? [FAILED] : []),
    ...(state === 'slow' ? [`traceDuration > ${SLOW}`] : []),
    ...spanConditions({ ...spanFilter, service: spanFilter.service ?? service }),
  ];
}

/** How many requests there were, whatever became of them. */
export const countOfRoots = (service: string | undefined): TraceQl =>
  `{ ${[ROOT, ...ofService(service)].join(' && ')} } | count_over_time()` as TraceQl;

/** How many failed, as far as a span filter does not narrow them further. */
export const countOfFailed = (service: string | undefined): TraceQl =>
  `{ ${[ROOT, FAILED, ...ofService(service)].join(' && ')} } | count_over_time()` as TraceQl;
