import { failureKindOf, signatureText } from '@/lib/telemetry/failure-signature';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { siblingAttempts, laneAttempts, type AttemptGroup } from './attempts';
import { criticalPath } from './critical-path';
import { laneRoot } from './lane-root';
import { estimateSkew, skewOfLine, skewOfSpan, type ClockShift } from './skew';
import { buildTree, childrenOf, type SpanTree } from './tree';
import { matchMessages, type QueueWait, type UnconsumedMessage } from './messages';
import { placeLines, type PlacedLine } from './place-lines';

/**
 * Everything that carries the id, on one axis. Offsets and durations are nanoseconds as numbers.
 */
export interface Correlated {
  readonly tree: SpanTree;
  readonly children: readonly (readonly number[])[];
  readonly originNs: bigint;
  readonly durationNs: number;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly skew: ReadonlyMap<string, ClockShift>;
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

/**
 * Spans and lines in, one request out. Nothing is dropped: a line without a span is unattached, a
 * span without a parent an orphan. Pure.
 */
export function correlate(spans: readonly Span[], logs: readonly LogLine[]): Correlated {
  const tree = buildTree(spans);
  const { nodes } = tree;
  const children = childrenOf(nodes);
  const skew = estimateSkew(nodes);
  const reference = nodes[0]?.span.startNs ?? logs[0]?.timeNs ?? 0n;
  const start = Float64Array.from(
    nodes,
    ({ span }) => Number(span.startNs - reference) + skewOfSpan(span, skew),
  );
  const duration = Float64Array.from(nodes, ({ span }) => Number(span.endNs - span.startNs));
  const lineOffsets = logs.map((line) => Number(line.timeNs - reference) + skewOfLine(line, skew));
  const { low, high } = axisBounds(start, duration, lineOffsets);
  for (let index = 0; index < start.length; index += 1) start[index]! -= low;
  const originNs = reference + BigInt(Math.round(low));

  const timed = nodes.map((node, index) => ({
    start: start[index]!,
    end: start[index]! + duration[index]!,
    parent: node.parent,
    // What has no place in time held nothing up, as far as can be known.
    asynchronous: node.span.kind === 'consumer' || node.span.implausible !== undefined,
  }));
  const timedChildren = children.map((siblings) =>
    siblings.filter((index) => !nodes[index]!.span.implausible),
  );
  const attempts = siblingAttempts(nodes, timedChildren);
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
      tree.lanes.map((_, lane) => {
        const root = laneRoot(tree, lane);
        const { service, name, outcome } = nodes[root]!.span;
        return {
          operation: `${service}\n${name}`,
          linked: linked.has(lane),
          failed: outcome !== 'good',
          start: start[root]!,
          end: start[root]! + duration[root]!,
        };
      }),
    ),
    waits,
    unconsumed,
    lines: placeLines(logs, nodes, originNs, skew),
  };
}

/** The axis reaches over all spans, and over the lines near to them. */
function axisBounds(
  start: Float64Array,
  duration: Float64Array,
  lineOffsets: readonly number[],
): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < start.length; index += 1) {
    low = Math.min(low, start[index]!);
    high = Math.max(high, start[index]! + duration[index]!);
  }
  const [from, to] = start.length
    ? [low - MAX_LINE_DISTANCE_NS, high + MAX_LINE_DISTANCE_NS]
    : [-Infinity, Infinity];
  for (const offset of lineOffsets) {
    if (offset < from || offset > to) continue;
    low = Math.min(low, offset);
    high = Math.max(high, offset);
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/**
 * What a failure looks like with the variable parts removed.
 * @param evidence where it is recorded what went wrong, if not in the span itself
 */
export function signatureOf(span: Span, evidence: Span = span): string {
  return signatureText(span.service, span.name, failureKindOf(evidence));
}
