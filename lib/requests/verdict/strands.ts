import { findCulprit, takesMessage, type Culprit } from '@/lib/telemetry/culprit';
import type { Correlated } from '../correlation/correlate';
import { laneRoot } from '../correlation/lane-root';

/** A part of a request that ends by itself: a lane, or what took a message within one. */
export interface Strand {
  /** Its first span: what became of it is what became of the strand. */
  readonly root: number;
  /** Its range of nodes. */
  readonly from: number;
  readonly to: number;
  /** A message set it off. */
  readonly isSetOff: boolean;
}

/** The strand of the first operation. */
export function strandOf(request: Correlated, root: number): Strand {
  const { nodes, lanes } = request.tree;
  const { from, to } = lanes[nodes[root]!.lane]!;
  return { root, from, to, isSetOff: false };
}

/** Every other strand that was not tried again. */
export function strandsBeside(request: Correlated, root: number): Strand[] {
  return [...lanesBeside(request, root), ...consumersInLanes(request)];
}

function lanesBeside(request: Correlated, root: number): Strand[] {
  const { nodes, lanes } = request.tree;
  const setOff = new Set(request.waits.map((wait) => wait.lane));
  return lanes.flatMap(({ from, to }, lane) => {
    const attempt = request.laneAttempts[lane];
    const isRetried = attempt ? attempt.number < attempt.of : false;
    if (lane === nodes[root]!.lane || isRetried) return [];
    return [{ root: laneRoot(request.tree, lane), from, to, isSetOff: setOff.has(lane) }];
  });
}

/** Consumers below their producer: nobody waited for them. Of a message taken again the last counts. */
function consumersInLanes(request: Correlated): Strand[] {
  const { nodes } = request.tree;
  return nodes.flatMap(({ span, parent, end }, index) => {
    const around = nodes[parent]?.span;
    if (!around || !takesMessage(span, around)) return [];
    const isTakenAgain = request.children[parent]!.some((sibling) => {
      const { service, name, startNs } = nodes[sibling]!.span;
      return service === span.service && name === span.name && startNs > span.endNs;
    });
    return isTakenAgain ? [] : [{ root: index, from: index, to: end, isSetOff: true }];
  });
}

/** The span that explains what went wrong in a range of nodes; its index is among all nodes. */
export function culpritIn(
  { tree }: Correlated,
  { from, to }: Pick<Strand, 'from' | 'to'>,
): Culprit | undefined {
  const nodes = tree.nodes
    .slice(from, to)
    .map(({ span, parent }) => ({ span, parent: parent < from ? -1 : parent - from }));
  const culprit = findCulprit(nodes);
  return culprit && { ...culprit, index: from + culprit.index };
}
