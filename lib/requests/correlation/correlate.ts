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
const MAX_LINE_DISTANCE_NS = 60_000_000_000n;

/**
 * Spans and lines in, one request out. Nothing is dropped: a line without a span is unattached, a
 * span without a parent an orphan. Pure.
 */
export function correlate(spans: readonly Span[], logs: readonly LogLine[]): Correlated {
  const tree = buildTree(spans);
  const { nodes } = tree;
  const children = childrenOf(nodes);
  const skew = estimateSkew(nodes);
  // Nanoseconds since 1970 do not fit a number: only differences become one.
  const starts = nodes.map(({ span }) => span.startNs + BigInt(skewOfSpan(span, skew)));
  const ends = nodes.map(({ span }, index) => starts[index]! + span.endNs - span.startNs);
  const lineTimes = logs.map((line) => line.timeNs + BigInt(skewOfLine(line, skew)));
  const { originNs, endNs } = axisBounds(starts, ends, lineTimes);
  const start = Float64Array.from(starts, (ns) => Number(ns - originNs));
  const duration = Float64Array.from(nodes, ({ span }) => Number(span.endNs - span.startNs));

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
    durationNs: Number(endNs - originNs),
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
  starts: readonly bigint[],
  ends: readonly bigint[],
  lineTimes: readonly bigint[],
): { originNs: bigint; endNs: bigint } {
  if (starts.length === 0) return { originNs: earliest(lineTimes), endNs: latest(lineTimes) };
  const [from, to] = [earliest(starts), latest(ends)];
  const near = lineTimes.filter(
    (ns) => ns >= from - MAX_LINE_DISTANCE_NS && ns <= to + MAX_LINE_DISTANCE_NS,
  );
  return { originNs: earliest([from, ...near]), endNs: latest([to, ...near]) };
}

const earliest = ([first = 0n, ...others]: readonly bigint[]): bigint =>
  others.reduce((a, b) => (a < b ? a : b), first);
const latest = ([first = 0n, ...others]: readonly bigint[]): bigint =>
  others.reduce((a, b) => (a > b ? a : b), first);

/**
 * What a failure looks like with the variable parts removed.
 * @param evidence where it is recorded what went wrong, if not in the span itself
 */
export function signatureOf(span: Span, evidence: Span = span): string {
  return signatureText(span.service, span.name, failureKindOf(evidence));
}
