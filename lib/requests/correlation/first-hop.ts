import { createHash } from 'node:crypto';
import { outcomeOf } from '@/lib/telemetry/conventions';
import type { SpanId } from '@/lib/correlation-id/grammar';
import type { Attributes, LogLine, Span } from '@/lib/telemetry/model';
import { epochNs } from '@/lib/time/units';

/** What the span of a hop says of where it is from. */
export const FROM_ACCESS_LOG = 'access log';
/** A load balancer's clock and the pod's may differ, and lines carry milliseconds. */
const CLOCK_TOLERANCE_NS = 250_000_000n;
const MAX_HOPS = 50;
/** What was open for longer is a connection, not a request. */
const MAX_HOP_SECONDS = 86_400;

/**
 * The hop before the first span: what a load balancer or ingress wrote about the request, as a span
 * above the trace's root. Its lines have `log.type` = `access` and the names of the HTTP
 * conventions (helm/stack/templates/_collector-agent.tpl makes them so); a line is written when its
 * request ends. It belongs to the trace it names, else to the one whose root lies within it. An
 * ingress that sends spans of its own needs no line to stand in for them. A line that became a span
 * belongs to it. Pure.
 */
export function addFirstHops(
  spans: readonly Span[],
  lines: readonly LogLine[],
): { readonly spans: readonly Span[]; readonly lines: readonly LogLine[] } {
  const hops = lines.flatMap((line) => parseHop(line) ?? []).slice(0, MAX_HOPS);
  if (hops.length === 0) return { spans, lines };
  const roots = findRoots(spans);
  const above = new Map<Span, Span>();
  // The narrowest first: of two proxies in a row, the inner is the nearer.
  for (const hop of hops.sort((a, b) => Number(a.endNs - a.startNs - (b.endNs - b.startNs)))) {
    const root = roots.find(
      (each) =>
        !above.has(each) &&
        (hop.traceId === each.traceId || (hop.traceId === NO_TRACE && liesWithin(each, hop))),
    );
    if (
      !root ||
      spans.some((each) => each.traceId === root.traceId && each.service === hop.service)
    )
      continue;
    above.set(root, { ...hop, traceId: root.traceId });
  }
  if (above.size === 0) return { spans, lines };
  const bySpanId = new Map([...above.values()].map((hop) => [hop.spanId, hop]));
  return {
    spans: [
      ...above.values(),
      ...spans.map((span) =>
        above.has(span) ? { ...span, parentSpanId: above.get(span)!.spanId } : span,
      ),
    ],
    lines: lines.map((line) => {
      const hop = bySpanId.get(spanIdOf(line));
      return hop ? { ...line, traceId: hop.traceId, spanId: hop.spanId } : line;
    }),
  };
}

const NO_TRACE = '' as Span['traceId'];

/** The first span of each trace that nobody called, as far as is known. */
function findRoots(spans: readonly Span[]): Span[] {
  const known = new Set(spans.map((span) => `${span.traceId}${span.spanId}`));
  const roots = new Map<string, Span>();
  for (const span of spans) {
    if (
      span.kind !== 'server' ||
      (span.parentSpanId && known.has(`${span.traceId}${span.parentSpanId}`))
    )
      continue;
    const first = roots.get(span.traceId);
    if (!first || span.startNs < first.startNs) roots.set(span.traceId, span);
  }
  return [...roots.values()].sort((a, b) => (a.startNs < b.startNs ? -1 : 1));
}

const liesWithin = (span: Span, hop: Span) =>
  span.startNs >= hop.startNs - CLOCK_TOLERANCE_NS && span.endNs <= hop.endNs + CLOCK_TOLERANCE_NS;

const spanIdOf = ({ id }: LogLine) =>
  createHash('sha256').update(id).digest('hex').slice(0, 16) as SpanId;

function parseHop(line: LogLine): Span | undefined {
  // Loki has no dots in its names, and all values as text.
  const read = (name: string) =>
    line.attributes[name] ?? line.attributes[name.replaceAll('.', '_')];
  const seconds = Number(read('http.server.request.duration'));
  if (
    read('log.type') !== 'access' ||
    !Number.isFinite(seconds) ||
    seconds < 0 ||
    seconds > MAX_HOP_SECONDS
  )
    return undefined;
  const [method, path, status] = [
    String(read('http.request.method') ?? ''),
    String(read('url.path') ?? ''),
    Number(read('http.response.status_code')),
  ];
  const attributes: Attributes = {
    ...line.attributes,
    'http.request.method': method,
    'url.path': path,
    ...(Number.isFinite(status) ? { 'http.response.status_code': status } : {}),
    'throughline.from': FROM_ACCESS_LOG,
  };
  return {
    traceId: line.traceId ?? NO_TRACE,
    spanId: spanIdOf(line),
    parentSpanId: undefined,
    name: `${method} ${path}`.trim() || 'request',
    kind: 'server',
    startNs: epochNs(line.timeNs - BigInt(Math.round(seconds * 1e9))),
    endNs: line.timeNs,
    ended: true,
    status: 'unset',
    outcome: outcomeOf({ kind: 'server', status: 'unset', attributes, events: [] }),
    statusMessage: '',
    service: line.service,
    attributes,
    resource: line.resource,
    scope: FROM_ACCESS_LOG,
    events: [],
    links: [],
  };
}
