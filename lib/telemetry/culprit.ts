import type { Span } from './model';

/** What a span says went wrong: its exception's type, else `error.type`, else its status. */
export function errorTypeOf(span: Span): string {
  const exception = span.events.findLast((event) => event.name === 'exception')?.attributes[
    'exception.type'
  ];
  if (typeof exception === 'string' && exception) return exception;
  const type = span.attributes['error.type'];
  if (typeof type === 'string' && type) return type;
  const status = span.attributes['http.response.status_code'];
  return typeof status === 'number' ? `HTTP ${status}` : span.statusMessage || 'error';
}

/**
 * Among the failed spans of one trace, the one that failed by itself: it has no failed child. Of
 * several, the one whose own exception is recorded, then the longest, then the earliest.
 */
export function culpritSpan(failed: readonly Span[]): Span | undefined {
  const parents = new Set(failed.map((span) => span.parentSpanId));
  const byId = new Map(failed.map((span) => [span.spanId, span]));
  // All its ancestors failed too: what a healthy caller swallowed did not decide the outcome.
  const reachesRoot = (span: Span): boolean => {
    let above: Span | undefined = span;
    for (let steps = 0; above && steps <= failed.length; steps += 1) {
      if (above.parentSpanId === undefined) return true;
      above = byId.get(above.parentSpanId);
    }
    return false;
  };
  const leaves = failed.filter((span) => !parents.has(span.spanId));
  const decisive = leaves.filter(reachesRoot);
  return (decisive.length ? decisive : leaves).sort(
    (a, b) =>
      rank(b) - rank(a) ||
      compare(b.endNs - b.startNs, a.endNs - a.startNs) ||
      compare(a.startNs, b.startNs),
  )[0];
}

const rank = (span: Span) =>
  (span.events.some((event) => event.name === 'exception') ? 2 : 0) +
  (span.kind === 'client' ? 0 : 1);
const compare = (a: bigint, b: bigint) => Number(a - b);

export function culpritOfErrors(
  failed: readonly Span[],
): { service: string; name: string; errorType: string } | undefined {
  const span = culpritSpan(failed);
  return span && { service: span.service, name: span.name, errorType: errorTypeOf(span) };
}
