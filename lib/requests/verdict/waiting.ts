import type { Correlated } from '../correlation/correlate';
import type { UnconsumedMessage } from '../correlation/messages';
import type { Awaited, VerdictContext } from './finding';
import { strandsBeside } from './strands';

/** A healthy queue is given this long before anyone is missed. */
const PATIENCE_NS = 30_000_000_000;
/** Or so many times what its messages usually wait (95 of 100). */
const USUAL_WAITS = 10;
/** A queue whose usual wait is not known, or is beyond what its histogram tells. */
const PATIENCE_WITHOUT_USUAL_NS = 120_000_000_000;
/** Absence is only claimed against so many messages that were consumed in the hour before. */
const MIN_CONSUMED_BEFORE = 20;

/** A message that nobody was seen to take. Times are nanoseconds. */
export interface UntakenMessage extends UnconsumedMessage {
  readonly waitedNs: number;
  readonly usualNs: number | null;
  /**
   * `awaited`: it may still be taken, or be found to have been. `missing`: such messages are taken,
   * this one was not. `unknown`: nobody is known who takes such messages.
   */
  readonly state: 'awaited' | 'missing' | 'unknown';
}

/**
 * The messages of a request that nobody was seen to take. One is waited for until ten times the
 * usual wait of its queue has passed, 30 s at least, two minutes where the usual is not known; for
 * longer only while some source has not answered in full.
 */
export function untakenMessages(request: Correlated, context: VerdictContext): UntakenMessage[] {
  const { nodes } = request.tree;
  return request.unconsumed.map((sent) => {
    const producer = nodes[sent.producer]!.span;
    const sentAt = request.start[sent.producer]! + request.duration[sent.producer]!;
    const waitedNs = Math.max(0, context.nowOffset - sentAt);
    const usualNs = context.usualWaitNs(producer);
    const isKnown = context.consumedBefore(producer) >= MIN_CONSUMED_BEFORE;
    const isAwaited = waitedNs < patienceNs(usualNs) || (isKnown && !context.settled);
    const state = isKnown ? 'missing' : 'unknown';
    return { ...sent, waitedNs, usualNs, state: isAwaited ? 'awaited' : state };
  });
}

function patienceNs(usualNs: number | null): number {
  if (usualNs === null) return PATIENCE_WITHOUT_USUAL_NS;
  return Math.max(PATIENCE_NS, USUAL_WAITS * usualNs);
}

/** Indexes of the spans that sent what should have been taken by now. */
export const missingProducers = (
  request: Correlated,
  context: VerdictContext,
): ReadonlySet<number> =>
  new Set(
    untakenMessages(request, context)
      .filter(({ state }) => state === 'missing')
      .map(({ producer }) => producer),
  );

/** What is waited for before a request can be called a success. */
export function awaitedOf(request: Correlated, root: number, context: VerdictContext): Awaited[] {
  const messages = untakenMessages(request, context)
    .filter(({ state }) => state === 'awaited')
    .map(({ message, queue, waitedNs, usualNs }): Awaited => ({
      kind: 'message',
      message,
      queue,
      waitedNs,
      usualNs,
    }));
  const ends = strandsBeside(request, root)
    .filter((strand) => !request.tree.nodes[strand.root]!.span.ended)
    .map((strand): Awaited => ({
      kind: 'end',
      span: request.tree.nodes[strand.root]!.span,
      runningNs: Math.max(0, context.nowOffset - request.start[strand.root]!),
    }));
  return [...messages, ...ends];
}
