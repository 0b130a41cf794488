import { answerCodeOf } from '@/lib/telemetry/conventions';
import { isProxy } from '@/lib/telemetry/envoy';
import type { Culprit } from '@/lib/telemetry/culprit';
import type { AttemptGroup } from '../correlation/attempts';
import { signatureOf, type Correlated } from '../correlation/correlate';
import type { FindingOf, VerdictContext } from './finding';
import { retryStorm } from './retry-storm';
import { culpritIn, strandOf, strandsBeside, type Strand } from './strands';

/**
 * An error whose path reaches the outcome: of the first operation, or of what it set off later (a
 * worker that failed is a failed request too).
 */
export function errorPath(
  request: Correlated,
  root: number,
  context: VerdictContext,
): FindingOf<'error-path' | 'retry-storm'> | undefined {
  const { nodes } = request.tree;
  const reachesRoot = nodes[root]!.span.outcome === 'failed';
  const strand = reachesRoot ? strandOf(request, root) : failedStrand(request, root);
  const deepest = strand && culpritIn(request, strand);
  if (!deepest) return undefined;
  const { attempts, last, group } = sameInAllAttempts(request, deepest);
  const { span: culprit, evidence } = last;
  const storm = group && retryStorm(request, group, attempts, last, context);
  if (storm) return storm;
  return {
    kind: 'error-path',
    culprit,
    evidence,
    outcome: nodes[answeringSpan(request, strand.root, last.index)]!.span,
    reachesRoot,
    afterAnswer: !reachesRoot && beganAfterAnswer(request, root, strand),
    attempts,
    similar: context.alike,
  };
}

/** What failed beside the first operation. */
const failedStrand = (request: Correlated, root: number): Strand | undefined =>
  strandsBeside(request, root).find(
    (strand) => request.tree.nodes[strand.root]!.span.outcome === 'failed',
  );

/** Set off by a message, and begun after the first operation had ended. */
function beganAfterAnswer(request: Correlated, root: number, strand: Strand): boolean {
  const answered = request.start[root]! + request.duration[root]!;
  return strand.isSetOff && request.start[strand.from]! >= answered;
}

/**
 * Who answered: the innermost service on the way from the root of a strand to the culprit that gave
 * the root's own status; a proxy only passed it on.
 */
function answeringSpan(request: Correlated, root: number, culprit: number): number {
  const { nodes } = request.tree;
  const status = answerCodeOf(nodes[root]!.span);
  for (let index = nodes[culprit]!.parent; index > root; index = nodes[index]!.parent) {
    const { span } = nodes[index]!;
    const isFailedServer = span.kind === 'server' && span.outcome === 'failed' && !isProxy(span);
    const isAnother = span.service !== nodes[culprit]!.span.service;
    if (isFailedServer && isAnother && answerCodeOf(span) === status) return index;
  }
  return root;
}

interface FailedAttempts {
  /** More than one only if each failed, and in the same way. */
  readonly attempts: number;
  /** The same failure in the last attempt, which decided the outcome. */
  readonly last: Culprit;
  readonly group?: AttemptGroup;
}

/** The attempts in which a failure was met. */
function sameInAllAttempts(request: Correlated, culprit: Culprit): FailedAttempts {
  const { nodes } = request.tree;
  const signature = signatureOf(culprit.span, culprit.evidence);
  // Stryker disable next-line EqualityOperator: equivalent, since the first span is no attempt.
  for (let index = culprit.index; index >= 0; index = nodes[index]!.parent) {
    const group = request.attempts.find(({ members }) => members.includes(index));
    if (!group) continue;
    const same = group.members.map((from) => {
      const found = culpritIn(request, { from, to: nodes[from]!.end });
      return found && signatureOf(found.span, found.evidence) === signature ? found : undefined;
    });
    return {
      attempts: same.includes(undefined) ? 1 : same.length,
      last: same.at(-1) ?? culprit,
      group,
    };
  }
  return { attempts: 1, last: culprit };
}
