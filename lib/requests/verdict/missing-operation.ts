import type { Correlated } from '../correlation/correlate';
import type { FindingOf, VerdictContext } from './finding';
import { untakenMessages } from './waiting';

/** A message that nobody was seen to take, although such messages are usually taken. */
export function missingOperation(
  request: Correlated,
  root: number,
  context: VerdictContext,
): FindingOf<'missing-operation'> | undefined {
  const { nodes } = request.tree;
  const missing = untakenMessages(request, context).find(({ state }) => state === 'missing');
  if (!missing) return undefined;
  const { message, queue, waitedNs, usualNs } = missing;
  return {
    kind: 'missing-operation',
    producer: nodes[missing.producer]!.span,
    first: nodes[root]!.span,
    message,
    queue,
    waitedNs,
    usualNs,
  };
}
