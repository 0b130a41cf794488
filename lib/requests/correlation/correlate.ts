import { errorTypeOf } from '@/lib/telemetry/culprit';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { siblingAttempts, laneAttempts, type AttemptGroup } from './attempts';
import { criticalPath } from './critical-path';
import type { UnattachedReason } from '../contract';
import { signatureText } from '../verdict/signatures';
import { estimateSkew, skewOfLine, skewOfSpan } from './skew';
import { buildTree, childrenOf, type SpanNode, type SpanTree } from './tree';

/** A lane's wait between the span that sent a message and the lane that took it. */
export interface QueueWait {
  readonly producer: number;
  readonly lane: number;
  readonly queue: string;
  readonly startOffset: number;
  readonly duration: number;
}

/** A message nobody was seen to take. */
export interface UnconsumedMessage {
  readonly producer: number;
  readonly queue: string;
  readonly message: string;
}

export interface PlacedLine {
  readonly line: LogLine;
  readonly offset: number;
  readonly skew: number;
  /** Index of its span, or -1. */
  readonly node: number;
  readonly unattached: UnattachedReason | null;
}

/** Everything that carries the id, on one axis. Offsets and durations are nanoseconds as numbers. */
export interface Correlated {
  readonly tree: SpanTree;
  readonly children: readonly (readonly number[])[];
  readonly originNs: bigint;
  readonly durationNs: number;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly skew: ReadonlyMap<string, number>;
  readonly critical: readonly boolean[];
  readonly attempts: readonly AttemptGroup[];
  readonly attemptOf: ReadonlyMap<number, { number: number; of: number }>;
  readonly laneAttempts: readonly ({ number: number; of: number } | null)[];
  readonly waits: readonly QueueWait[];
  readonly unconsumed: readonly UnconsumedMessage[];
  readonly lines: readonly PlacedLine[];
}

/** Lines this far outside the spans still stretch the axis; others keep to the list. */
const MAX_LINE_DISTANCE_NS = 60_000_000_000;

/** Pure: spans and lines in, one request out. Nothing is dropped: a line without a span is unattached, a span without a parent an orphan. */
export function correlate(spans: readonly Span[], logs: readonly LogLine[]): Correlated {
  const tree = buildTree(spans);
  const { nodes } = tree;
  const children = childrenOf(nodes);
  const skew = estimateSkew(nodes);
  const reference = nodes[0]?.span.startNs ?? logs[0]?.timeNs ?? 0n;
  const start = new Float64Array(nodes.length);
  const duration = new Float64Array(nodes.length);
  let low = Infinity;
  let high = -Infinity;
  nodes.forEach(({ span }, index) => {
    start[index] = Number(span.startNs - reference) + skewOfSpan(span, skew);
    duration[index] = Number(span.endNs - span.startNs);
    low = Math.min(low, start[index]!);
    high = Math.max(high, start[index]! + duration[index]!);
  });
  const spansLow = low;
  const spansHigh = high;
  for (const line of logs) {
    const at = Number(line.timeNs - reference) + skewOfLine(line, skew);
    if (
      nodes.length &&
      (at < spansLow - MAX_LINE_DISTANCE_NS || at > spansHigh + MAX_LINE_DISTANCE_NS)
    )
      continue;
    low = Math.min(low, at);
    high = Math.max(high, at);
  }
  if (!Number.isFinite(low)) low = high = 0;
  for (let index = 0; index < start.length; index += 1) start[index]! -= low;
  const originNs = reference + BigInt(Math.round(low));

  const timed = nodes.map((node, index) => ({
    start: start[index]!,
    end: start[index]! + duration[index]!,
    parent: node.parent,
    asynchronous: node.span.kind === 'consumer',
  }));
  const attempts = siblingAttempts(nodes, children);
  const attemptOf = new Map(
    attempts.flatMap((group) =>
      group.members.map(
        (member, position) => [member, { number: position + 1, of: group.members.length }] as const,
      ),
    ),
  );
  const { waits, unconsumed } = matchMessages(tree, start, duration);
  const linked = new Set(waits.map((wait) => wait.lane));
  return {
    tree,
    children,
    originNs,
    durationNs: high - low,
    start,
    duration,
    skew,
    critical: criticalPath(timed, children),
    attempts,
    attemptOf,
    laneAttempts: laneAttempts(
      tree.lanes.map(({ from }, index) => ({
        operation: `${nodes[from]!.span.service}\n${nodes[from]!.span.name}`,
        linked: linked.has(index),
        failed: nodes[from]!.span.status === 'error',
        start: start[from]!,
        end: start[from]! + duration[from]!,
      })),
    ),
    waits,
    unconsumed,
    lines: placeLines(logs, nodes, originNs, skew),
  };
}

const queueOf = (span: Span): string => {
  const name = span.attributes['messaging.destination.name'];
  return typeof name === 'string' ? name : '';
};

function matchMessages(
  tree: SpanTree,
  start: Float64Array,
  duration: Float64Array,
): { waits: QueueWait[]; unconsumed: UnconsumedMessage[] } {
  const { nodes } = tree;
  const byId = new Map(nodes.map((node, index) => [node.span.traceId + node.span.spanId, index]));
  const consumed = new Set<number>();
  const waits: QueueWait[] = [];
  nodes.forEach((node, index) => {
    const linkedTo = node.span.links
      .map((link) => byId.get(link.traceId + link.spanId))
      .find((target) => target !== undefined);
    const producer =
      linkedTo ??
      (node.span.kind === 'consumer' &&
      node.parent >= 0 &&
      nodes[node.parent]!.span.kind === 'producer'
        ? node.parent
        : undefined);
    if (producer === undefined) return;
    consumed.add(producer);
    // A link into another lane, from that lane's first span, is what started it.
    if (nodes[producer]!.lane === node.lane || tree.lanes[node.lane]!.from !== index) return;
    const sent = start[producer]! + duration[producer]!;
    waits.push({
      producer,
      lane: node.lane,
      queue: queueOf(node.span) || queueOf(nodes[producer]!.span),
      startOffset: sent,
      duration: Math.max(0, start[index]! - sent),
    });
  });
  const unconsumed = nodes.flatMap((node, index) => {
    if (node.span.kind !== 'producer' || consumed.has(index) || node.span.status === 'error')
      return [];
    const message = node.span.attributes['messaging.message.type'];
    return [
      {
        producer: index,
        queue: queueOf(node.span),
        message: typeof message === 'string' ? message : node.span.name,
      },
    ];
  });
  return { waits, unconsumed };
}

function placeLines(
  logs: readonly LogLine[],
  nodes: readonly SpanNode[],
  originNs: bigint,
  skew: ReadonlyMap<string, number>,
): PlacedLine[] {
  const bySpan = new Map<string, number>();
  const traces = new Set<string>();
  nodes.forEach((node, index) => {
    bySpan.set(node.span.traceId + node.span.spanId, index);
    traces.add(node.span.traceId);
  });
  return logs
    .map((line): PlacedLine => {
      const node =
        line.traceId && line.spanId ? (bySpan.get(line.traceId + line.spanId) ?? -1) : -1;
      const shift = skewOfLine(line, skew);
      return {
        line,
        node,
        skew: shift,
        offset: Number(line.timeNs - originNs) + shift,
        unattached: node >= 0 ? null : unattachedReason(line, traces),
      };
    })
    .sort(
      (a, b) =>
        a.offset - b.offset ||
        a.line.id.length - b.line.id.length ||
        (a.line.id < b.line.id ? -1 : 1),
    );
}

function unattachedReason(line: LogLine, traces: ReadonlySet<string>): UnattachedReason {
  if (!line.traceId) return 'no_trace_id';
  if (!line.spanId) return 'no_span_id';
  return traces.has(line.traceId) ? 'span_not_found' : 'trace_not_found';
}

/** What a failure looks like with the variable parts removed. */
export function signatureOf(span: Span): string {
  return signatureText(span.service, span.name, errorTypeOf(span));
}
