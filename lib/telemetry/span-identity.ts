// Pure: runs in browsers too.
import { SPAN_OUTCOMES } from './conventions';
import type { Span } from './model';

/** What tells two spans of one trace apart, beside their id. */
type Identity = Pick<Span, 'traceId' | 'spanId' | 'startNs' | 'kind' | 'service'> &
  Partial<Pick<Span, 'implausible'>>;

/** As its sender reported it, whether it can be true or not. */
const reportedStart = ({ startNs, implausible }: Identity): bigint =>
  implausible?.startNs ?? startNs;

const reportedEnd = ({ endNs, implausible }: Span): bigint => implausible?.endNs ?? endNs;

/**
 * The identity of a span. Its id alone is none: client and server of one call share it in Zipkin's
 * model, and a forwarded header or a forked process gives it to two services. What differs in none
 * of these is one span that was sent more than once.
 */
export const spanIdentity = (span: Identity): string =>
  `${span.traceId}${span.spanId}${reportedStart(span)} ${span.kind} ${span.service}`;

const isSameSpan = (a: Identity, b: Identity): boolean =>
  reportedStart(a) === reportedStart(b) && a.kind === b.kind && a.service === b.service;

/**
 * Which of two versions of one span tells more of its end: positive where `a` does, 0 where neither
 * does. SQL says the same in embedded/write.ts.
 */
export function compareVersions(a: Span, b: Span): number {
  return (
    Number(a.ended) - Number(b.ended) ||
    Number(reportedEnd(a) - reportedEnd(b)) ||
    SPAN_OUTCOMES.indexOf(a.outcome) - SPAN_OUTCOMES.indexOf(b.outcome)
  );
}

/**
 * Each span once, in the version that tells most of its end: it may come from two blocks, from two
 * searches, or have been sent when it began and again when it ended.
 */
export function latestVersions(spans: readonly Span[]): Span[] {
  const byId = new Map<string, Span>();
  // Only where ids are shared: the whole identity is a long key for a hundred thousand spans.
  const others = new Map<string, Span>();
  for (const span of spans) {
    const id = span.traceId + span.spanId;
    const first = byId.get(id);
    if (!first) byId.set(id, span);
    else if (isSameSpan(first, span)) keepLatest(byId, id, span);
    else keepLatest(others, spanIdentity(span), span);
  }
  return [...byId.values(), ...others.values()];
}

function keepLatest(versions: Map<string, Span>, key: string, span: Span): void {
  const known = versions.get(key);
  if (!known || compareVersions(span, known) > 0) versions.set(key, span);
}

/**
 * The order of spans: earliest first; of those that start together the longest, which holds the
 * others; then by id. Of those that share an id too a client comes first, then by service.
 */
export function compareByStart(a: Span, b: Span): number {
  return (
    Number(a.startNs - b.startNs) ||
    Number(b.endNs - a.endNs) ||
    compareTexts(a.spanId, b.spanId) ||
    Number(b.kind === 'client') - Number(a.kind === 'client') ||
    compareTexts(spanIdentity(a), spanIdentity(b))
  );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
