import type { Correlated } from '../correlation/correlate';
import type { FindingOf, VerdictContext } from './finding';
import { culpritIn, strandOf, strandsBeside } from './strands';

/** The first operation has no end: it runs still, or its end was lost. */
export function unfinished(
  request: Correlated,
  root: number,
  context: VerdictContext,
): FindingOf<'unfinished'> | undefined {
  const { span } = request.tree.nodes[root]!;
  if (span.ended) return undefined;
  const failed = culpritIn(request, strandOf(request, root));
  return {
    kind: 'unfinished',
    root: span,
    runningNs: Math.max(0, context.nowOffset - request.start[root]!),
    normalNs: context.normalNs(span),
    failure: failed ? { culprit: failed.span, evidence: failed.evidence } : null,
  };
}

/** An exception in the first operation, or in what it set off, that says of no outcome. */
export function recordedException(
  request: Correlated,
  root: number,
): FindingOf<'exception-recorded'> | undefined {
  const { nodes } = request.tree;
  const strand = [strandOf(request, root), ...strandsBeside(request, root)].find(
    (each) => nodes[each.root]!.span.outcome === 'exception',
  );
  const found = strand && culpritIn(request, strand);
  if (!found) return undefined;
  return {
    kind: 'exception-recorded',
    span: nodes[strand.root]!.span,
    durationNs: request.duration[strand.root]!,
    culprit: found.span,
    evidence: found.evidence,
  };
}
