import type { Correlated } from '../correlation/correlate';
import type { FindingOf } from './finding';

/** Nothing failed, is missing or slow. Without its first span a request has not succeeded. */
export function success(request: Correlated, root: number): FindingOf<'success' | 'root-missing'> {
  const { nodes, lanes } = request.tree;
  if (nodes[root]!.orphan) return { kind: 'root-missing', spanCount: nodes.length };
  return {
    kind: 'success',
    durationNs: request.duration[root]!,
    failedSpans: nodes.filter((node) => node.span.outcome === 'failed').length,
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
  };
}
