import type { SpanTree } from './tree';

/**
 * Index of the span that a lane is about: its first without a parent; where it has none, the first
 * of those whose parent was not found. A clock that runs behind may put another above it.
 */
export function laneRoot(
  { nodes, lanes }: Pick<SpanTree, 'nodes' | 'lanes'>,
  lane: number,
): number {
  const { from, to } = lanes[lane]!;
  for (let index = from; index < to; index = nodes[index]!.end)
    if (!nodes[index]!.orphan) return index;
  return from;
}
