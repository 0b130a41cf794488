import type { Span } from '@/lib/telemetry/model';
import type { TraceId } from '@/lib/correlation-id/grammar';

/**
 * A span in its place. `parent` is an index into the same array, which is in the order of the page
 * (parents first).
 */
export interface SpanNode {
  readonly span: Span;
  readonly lane: number;
  readonly parent: number;
  readonly depth: number;
  readonly orphan: boolean;
  /** One past the last node of its subtree. */
  end: number;
}

export interface SpanTree {
  readonly nodes: readonly SpanNode[];
  /** Trace id and range of nodes of each lane, in order of their first span. */
  readonly lanes: readonly {
    readonly traceId: TraceId;
    readonly from: number;
    readonly to: number;
  }[];
}

/** Earliest first; of those that start together the longest, which holds the others. */
const byStart = (a: Span, b: Span) =>
  Number(a.startNs - b.startNs) || Number(b.endNs - a.endNs) || (a.spanId < b.spanId ? -1 : 1);

/**
 * The same span may come twice, from two blocks or two searches; the id with its kind tells (client
 * and server may share an id).
 */
export function deduplicateSpans(spans: readonly Span[]): Span[] {
  const seen = new Map<string, Span>();
  for (const span of spans) {
    const key = `${span.traceId}${span.spanId}${span.kind}`;
    const known = seen.get(key);
    if (!known || span.endNs > known.endNs) seen.set(key, span);
  }
  return [...seen.values()];
}

/**
 * One lane a trace, each a tree in preorder, children by start. A span whose parent is not there
 * stands at the top of its lane as an orphan; a circle of parents is cut at its earliest span.
 * Iterative: depth is whatever the telemetry says.
 */
export function buildTree(spans: readonly Span[]): SpanTree {
  const traces = new Map<TraceId, Span[]>();
  for (const span of deduplicateSpans(spans)) {
    const trace = traces.get(span.traceId);
    if (trace) trace.push(span);
    else traces.set(span.traceId, [span]);
  }
  const nodes: SpanNode[] = [];
  const lanes: { traceId: TraceId; from: number; to: number }[] = [];
  const ordered = [...traces]
    .map(([traceId, trace]) => ({ traceId, trace: trace.sort(byStart) }))
    .sort((a, b) => byStart(a.trace[0]!, b.trace[0]!));
  for (const { traceId, trace } of ordered) {
    const from = nodes.length;
    placeTrace(trace, lanes.length, nodes);
    lanes.push({ traceId, from, to: nodes.length });
  }
  return { nodes, lanes };
}

function placeTrace(trace: readonly Span[], lane: number, nodes: SpanNode[]): void {
  const byId = new Map<string, Span>();
  for (const span of trace) if (!byId.has(span.spanId)) byId.set(span.spanId, span);
  const children = new Map<Span, Span[]>();
  const roots: Span[] = [];
  for (const span of trace) {
    const parent = span.parentSpanId ? byId.get(span.parentSpanId) : undefined;
    const above = sharedClient(span, byId) ?? parent;
    if (!above) roots.push(span);
    else {
      const siblings = children.get(above);
      if (siblings) siblings.push(span);
      else children.set(above, [span]);
    }
  }
  const placed = new Set<Span>();
  const place = (root: Span) => {
    const stack: { span: Span; parent: number; depth: number }[] = [
      { span: root, parent: -1, depth: 0 },
    ];
    const open: number[] = [];
    while (stack.length) {
      const { span, parent, depth } = stack.pop()!;
      if (placed.has(span)) continue;
      placed.add(span);
      while (open.length > depth) nodes[open.pop()!]!.end = nodes.length;
      open.push(nodes.length);
      const index = nodes.length;
      nodes.push({
        span,
        lane,
        parent,
        depth,
        orphan: depth === 0 && span.parentSpanId !== undefined,
        end: index + 1,
      });
      const below = children.get(span) ?? [];
      for (let child = below.length - 1; child >= 0; child -= 1)
        stack.push({ span: below[child]!, parent: index, depth: depth + 1 });
    }
    while (open.length) nodes[open.pop()!]!.end = nodes.length;
  };
  roots.forEach(place);
  // What no root reaches is a circle.
  for (const span of trace) if (!placed.has(span)) place(span);
}

/** A client and a server may share one id: then the server is the child. */
function sharedClient(span: Span, byId: ReadonlyMap<string, Span>): Span | undefined {
  const first = byId.get(span.spanId);
  return first?.kind === 'client' && span.kind === 'server' ? first : undefined;
}

/** The children of every node, by index. */
export function childrenOf(nodes: readonly SpanNode[]): number[][] {
  const children: number[][] = nodes.map(() => []);
  nodes.forEach((node, index) => node.parent >= 0 && children[node.parent]!.push(index));
  return children;
}
