import type { Correlated } from '../correlation/correlate';
import type { FindingOf, VerdictContext } from './finding';
import { countFailed } from './success';
import { awaitedOf } from './waiting';

/** Slow: this many times the usual, and by at least that much. */
const SLOW_FACTOR = 2;
const SLOW_EXCESS_NS = 100_000_000;
/** A child that explains this share of its parent's excess is the better answer. */
const EXPLAINED_SHARE = 0.7;

/** A request that took much longer than usual, and the call that explains most of it. */
export function latency(
  request: Correlated,
  root: number,
  context: VerdictContext,
): FindingOf<'latency'> | undefined {
  const { nodes } = request.tree;
  const durationNs = request.duration[root]!;
  const normalNs = context.normalNs(nodes[root]!.span);
  if (normalNs === null) return undefined;
  if (durationNs < normalNs * SLOW_FACTOR || durationNs - normalNs < SLOW_EXCESS_NS)
    return undefined;
  const culprit = slowestCall(request, root, context);
  const { span } = nodes[culprit]!;
  return {
    kind: 'latency',
    root: nodes[root]!.span,
    durationNs,
    normalNs,
    nothingFailed: isAllKnown(request, root, context) && countFailed(request) === 0,
    culprit:
      culprit === root
        ? null
        : {
            span,
            durationNs: request.duration[culprit]!,
            normalNs: context.normalNs(span)!,
          },
  };
}

const isAllKnown = (request: Correlated, root: number, context: VerdictContext): boolean =>
  !request.tree.nodes[root]!.orphan &&
  context.incomplete.length === 0 &&
  awaitedOf(request, root, context).length === 0;

/**
 * Down the slow path. Two ends of one call count as one; a span without a usual time has no excess,
 * but what it waited for may have.
 */
function slowestCall(request: Correlated, root: number, context: VerdictContext): number {
  const { nodes } = request.tree;
  const excessOf = (index: number) => {
    const normal = context.normalNs(nodes[index]!.span);
    return normal === null ? 0 : request.duration[index]! - normal;
  };
  let slowest = root;
  for (;;) {
    const [next] = measuredBelow(request, slowest, context).sort(
      (a, b) => excessOf(b) - excessOf(a),
    );
    if (next === undefined || excessOf(next) < EXPLAINED_SHARE * excessOf(slowest)) return slowest;
    slowest = next;
  }
}

/** The nearest spans below that have a usual time, without what consumers did later. */
function measuredBelow(request: Correlated, index: number, context: VerdictContext): number[] {
  const { nodes } = request.tree;
  const measured: number[] = [];
  const unseen = [...request.children[index]!];
  for (let next = unseen.pop(); next !== undefined; next = unseen.pop()) {
    const { span } = nodes[next]!;
    if (span.kind === 'consumer') continue;
    if (context.normalNs(span) === null) unseen.push(...request.children[next]!);
    else measured.push(next);
  }
  return measured;
}
