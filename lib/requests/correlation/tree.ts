import { createHash } from 'node:crypto';
import type { TraceId } from '@/lib/correlation-id/grammar';
import type { Span } from '@/lib/telemetry/model';
import { compareByStart, latestVersions, spanIdentity } from '@/lib/telemetry/span-identity';
import { chooseParent } from '@/lib/telemetry/span-parent';

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
  /** Several spans have the id of its parent, and nothing tells which of them it belongs to. */
  readonly isParentDoubtful: boolean;
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
  /** Row ids of spans whose own id an earlier one has; all others are named by their ids alone. */
  readonly sharedRowIds: ReadonlyMap<Span, string>;
}

/**
 * The name of a span within its request: trace id, a dot, span id; of those that share them all but
 * the first have a mark behind it, made of what tells them apart, so that it stays the same when
 * more is found.
 */
export const rowIdOf = ({ sharedRowIds }: SpanTree, span: Span): string =>
  sharedRowIds.get(span) ?? plainRowId(span);

const plainRowId = ({ traceId, spanId }: Span): string => `${traceId}.${spanId}`;

/**
 * One lane a trace, each a tree in preorder, children by start. A span whose parent is not there
 * stands at the top of its lane as an orphan; a circle of parents is cut at its earliest span.
 * Iterative: depth is whatever the telemetry says.
 */
export function buildTree(spans: readonly Span[]): SpanTree {
  const traces = Map.groupBy(latestVersions(spans), ({ traceId }) => traceId);
  const nodes: SpanNode[] = [];
  const sharedRowIds = new Map<Span, string>();
  const lanes: { traceId: TraceId; from: number; to: number }[] = [];
  const ordered = [...traces]
    .map(([traceId, trace]) => ({ traceId, trace: trace.sort(compareByStart) }))
    .sort((a, b) => compareByStart(a.trace[0]!, b.trace[0]!));
  for (const { traceId, trace } of ordered) {
    const from = nodes.length;
    const byId = Map.groupBy(trace, ({ spanId }) => spanId);
    nameShared(byId, sharedRowIds);
    placeTrace(trace, byId, lanes.length, nodes);
    lanes.push({ traceId, from, to: nodes.length });
  }
  return { nodes, lanes, sharedRowIds };
}

function nameShared(byId: ReadonlyMap<string, readonly Span[]>, rowIds: Map<Span, string>): void {
  for (const [, ...others] of byId.values())
    for (const span of others) {
      const mark = createHash('sha256').update(spanIdentity(span)).digest('hex').slice(0, 12);
      rowIds.set(span, `${plainRowId(span)}.${mark}`);
    }
}

function placeTrace(
  trace: readonly Span[],
  byId: ReadonlyMap<string, readonly Span[]>,
  lane: number,
  nodes: SpanNode[],
): void {
  const children = new Map<Span, Span[]>();
  const doubtful = new Set<Span>();
  const roots: Span[] = [];
  for (const span of trace) {
    const { parent, isDoubtful } = chooseParent(span, byId);
    if (isDoubtful) doubtful.add(span);
    if (!parent) roots.push(span);
    else {
      const siblings = children.get(parent);
      if (siblings) siblings.push(span);
      else children.set(parent, [span]);
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
        isParentDoubtful: doubtful.has(span),
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

/** The children of every node, by index. */
export function childrenOf(nodes: readonly SpanNode[]): number[][] {
  const children: number[][] = nodes.map(() => []);
  nodes.forEach((node, index) => node.parent >= 0 && children[node.parent]!.push(index));
  return children;
}
