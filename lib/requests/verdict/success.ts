import { isLayer } from '@/lib/telemetry/conventions';
import type { Correlated } from '../correlation/correlate';
import type { FindingOf, VerdictContext } from './finding';
import { awaitedOf, untakenMessages } from './waiting';

/**
 * Nothing failed, is missing or slow. That is a success only where the first span is there, all it
 * set off has ended, and every source answered in full.
 */
export function success(
  request: Correlated,
  root: number,
  context: VerdictContext,
): FindingOf<'success' | 'so-far' | 'root-missing'> {
  const { nodes, lanes } = request.tree;
  const durationNs = request.duration[root]!;
  const { span: first, orphan } = nodes[root]!;
  if (orphan) return { kind: 'root-missing', first, durationNs, spanCount: nodes.length };
  const failedSpans = countFailed(request);
  const awaited = awaitedOf(request, root, context);
  const { incomplete } = context;
  if (awaited.length > 0 || incomplete.length > 0)
    return { kind: 'so-far', first, durationNs, failedSpans, awaited, incomplete };
  return {
    kind: 'success',
    durationNs: first.implausible ? null : durationNs,
    failedSpans,
    retried: request.attempts.length > 0 || request.laneAttempts[nodes[root]!.lane] !== null,
    followUps: request.waits.map((wait) => {
      const { from } = lanes[wait.lane]!;
      return {
        span: nodes[from]!.span,
        queue: wait.queue,
        waitNs: wait.duration,
        durationNs: request.duration[from]!,
      };
    }),
    untaken: untakenMessages(request, context).map(({ message, queue }) => ({ message, queue })),
  };
}

/** Spans that failed; what a layer of a framework tells again is not counted twice. */
export const countFailed = ({ tree }: Correlated): number =>
  tree.nodes.filter(({ span }) => span.outcome === 'failed' && !isLayer(span)).length;
