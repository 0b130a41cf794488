import type { Node } from './tree';

export interface AttemptGroup {
  /** Indexes of the attempts, first to last. */
  readonly members: readonly number[];
  readonly parent: number;
  readonly backoffNs: readonly number[];
}

/**
 * Attempts among siblings: the same call made again after the one before it failed, one after the other (never at the same time:
 * that is fan-out).
 */
export function siblingAttempts(nodes: readonly Node[], children: readonly (readonly number[])[]): AttemptGroup[] {
  return children.flatMap((siblings, parent) => groupsOf(siblings, parent, nodes));
}

function groupsOf(siblings: readonly number[], parent: number, nodes: readonly Node[]): AttemptGroup[] {
  const calls = new Map<string, number[][]>();
  for (const index of siblings) {
    const { span } = nodes[index]!;
    if (span.kind !== 'client' && span.kind !== 'internal') continue;
    const key = `${span.service}\n${span.name}\n${span.kind}`;
    const runs = calls.get(key) ?? [];
    const last = runs.at(-1)?.at(-1);
    const previous = last === undefined ? undefined : nodes[last]!.span;
    if (previous && previous.status === 'error' && previous.endNs <= span.startNs) runs.at(-1)!.push(index);
    else runs.push([index]);
    calls.set(key, runs);
  }
  return [...calls.values()].flat().filter((run) => run.length > 1).map((members) => ({ members, parent, backoffNs: gaps(members, nodes) }));
}

const gaps = (members: readonly number[], nodes: readonly Node[]) => members.slice(1).map((index, position) => Number(nodes[index]!.span.startNs - nodes[members[position]!]!.span.endNs));

/** Attempts among lanes: traces that begin with the same operation, none of them started by another lane. */
export function laneAttempts(roots: readonly { readonly service: string; readonly name: string; readonly linked: boolean }[]): ({ number: number; of: number } | null)[] {
  const groups = new Map<string, number[]>();
  roots.forEach((root, index) => {
    if (!root.linked) groups.set(`${root.service}\n${root.name}`, [...(groups.get(`${root.service}\n${root.name}`) ?? []), index]);
  });
  const attempts: ({ number: number; of: number } | null)[] = roots.map(() => null);
  for (const group of groups.values()) {
    if (group.length > 1) group.forEach((lane, position) => (attempts[lane] = { number: position + 1, of: group.length }));
  }
  return attempts;
}
