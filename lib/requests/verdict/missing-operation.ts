import type { Correlated } from '../correlation/correlate';
import type { FindingOf, VerdictContext } from './finding';

/** A healthy queue is given this long before anyone is missed. */
const PATIENCE_NS = 30_000_000_000;
/** Absence is only claimed against so many messages that were consumed. */
const MIN_CONSUMED_BEFORE = 20;

/** A message that nobody was seen to take, although such messages are usually taken. */
export function missingOperation(
  request: Correlated,
  context: VerdictContext,
): FindingOf<'missing-operation'> | undefined {
  if (!context.settled) return undefined;
  const { nodes } = request.tree;
  for (const { producer: index, message, queue } of request.unconsumed) {
    const producer = nodes[index]!.span;
    const waitedNs = context.nowOffset - request.start[index]! - request.duration[index]!;
    if (waitedNs < PATIENCE_NS) continue;
    if (context.consumedBefore(producer) < MIN_CONSUMED_BEFORE) continue;
    const usualNs = context.usualWaitNs(producer);
    const first = nodes[0]!.span;
    return { kind: 'missing-operation', producer, first, message, queue, waitedNs, usualNs };
  }
  return undefined;
}
