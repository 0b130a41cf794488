import { isLayer } from '@/lib/telemetry/conventions';
import type { SpanNode } from './tree';

export interface AttemptGroup {
  /** Indexes of the attempts, first to last. */
  readonly members: readonly number[];
  readonly parent: number;
  readonly backoffNs: readonly number[];
}

/**
 * Attempts among siblings: the same call made again after the one before it failed, one after the
 * other (never at the same time: that is fan-out).
 */
export function siblingAttempts(
  nodes: readonly SpanNode[],
  children: readonly (readonly number[])[],
): AttemptGroup[] {
  return children.flatMap((siblings, parent) => groupsOf(siblings, parent, nodes));
}

function groupsOf(
  siblings: readonly number[],
  parent: number,
  nodes: readonly SpanNode[],
): AttemptGroup[] {
  const calls = new Map<string, number[][]>();
  for (const index of siblings) {
    const { span } = nodes[index]!;
    if (span.kind !== 'client' && span.kind !== 'internal') continue;
    if (isLayer(span)) continue;
    const key = `${span.service}\n${span.name}\n${span.kind}`;
    const runs = calls.get(key) ?? [];
    const last = runs.at(-1)?.at(-1);
    const previous = last === undefined ? undefined : nodes[last]!.span;
    if (previous && previous.outcome !== 'good' && previous.endNs <= span.startNs)
      runs.at(-1)!.push(index);
    else runs.push([index]);
    calls.set(key, runs);
  }
  return [...calls.values()]
    .flat()
    .filter((run) => run.length > 1)
    .map((members) => ({ members, parent, backoffNs: gaps(members, nodes) }));
}

const gaps = (members: readonly number[], nodes: readonly SpanNode[]) =>
  members
    .slice(1)
    .map((index, position) =>
      Number(nodes[index]!.span.startNs - nodes[members[position]!]!.span.endNs),
    );

/** The first span of a lane, as attempts see it. */
export interface LaneRoot {
  readonly operation: string;
  /** Started by another lane. */
  readonly linked: boolean;
  readonly failed: boolean;
  readonly start: number;
  readonly end: number;
}

/**
 * Attempts among lanes, by the same rule: the same operation begun again after the one before it
 * failed and ended. Lanes are in order of their start.
 */
export function laneAttempts(
  roots: readonly LaneRoot[],
): ({ number: number; of: number } | null)[] {
  const runs: number[][] = [];
  roots.forEach((root, index) => {
    const before = root.linked
      ? undefined
      : runs.findLast(
          (run) => roots[run[0]!]!.operation === root.operation && !roots[run[0]!]!.linked,
        );
    const last = before && roots[before.at(-1)!]!;
    if (before && last?.failed && last.end <= root.start) before.push(index);
    else runs.push([index]);
  });
  const attempts: ({ number: number; of: number } | null)[] = roots.map(() => null);
  for (const run of runs)
    if (run.length > 1)
      run.forEach((lane, position) => (attempts[lane] = { number: position + 1, of: run.length }));
  return attempts;
}
