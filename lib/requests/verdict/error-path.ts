import { answerCodeOf } from '@/lib/telemetry/conventions';
import { findCulprit, type PlacedSpan } from '@/lib/telemetry/culprit';
import type { AttemptGroup } from '../correlation/attempts';
import { signatureOf, type Correlated } from '../correlation/correlate';
import type { FindingOf, VerdictContext } from './finding';
import { retryStorm } from './retry-storm';

type Lane = Correlated['tree']['lanes'][number];

/**
 * An error whose path reaches the outcome: of the first operation, or of what it set off later (a
 * worker that failed is a failed request too).
 */
export function errorPath(
  request: Correlated,
  root: number,
  context: VerdictContext,
): FindingOf<'error-path' | 'retry-storm'> | undefined {
  const { nodes, lanes } = request.tree;
  const reachesRoot = nodes[root]!.span.outcome === 'failed';
  const lane = reachesRoot ? lanes[nodes[root]!.lane] : failedFollowUp(request, root);
  if (!lane) return undefined;
  const deepest = findCulprit(placedIn(request, lane));
  if (!deepest) return undefined;
  const { attempts, last, group } = sameInAllAttempts(request, lane.from + deepest.index);
  const culprit = nodes[last]!.span;
  const evidence = culprit === deepest.span ? deepest.evidence : culprit;
  const storm = group && retryStorm(request, group, attempts, culprit, context);
  if (storm) return storm;
  return {
    kind: 'error-path',
    culprit,
    evidence,
    outcome: nodes[answeringSpan(request, lane.from, last)]!.span,
    reachesRoot,
    afterAnswer: !reachesRoot && beganAfterAnswer(request, root, lane),
    attempts,
    similar: context.alike,
  };
}

function placedIn({ tree }: Correlated, lane: Lane): PlacedSpan[] {
  return tree.nodes
    .slice(lane.from, lane.to)
    .map(({ span, parent }) => ({ span, parent: parent < 0 ? parent : parent - lane.from }));
}

/** A lane beside the first operation's that failed and was not tried again. */
function failedFollowUp(request: Correlated, root: number): Lane | undefined {
  const { nodes, lanes } = request.tree;
  return lanes.find((lane, index) => {
    const attempt = request.laneAttempts[index];
    const isRetried = attempt ? attempt.number < attempt.of : false;
    const isFailed = nodes[lane.from]!.span.outcome === 'failed';
    return index !== nodes[root]!.lane && isFailed && !isRetried;
  });
}

/** Set off by a message, and begun after the first operation had ended. */
function beganAfterAnswer(request: Correlated, root: number, lane: Lane): boolean {
  const isSetOff = request.waits.some((wait) => request.tree.lanes[wait.lane] === lane);
  const answered = request.start[root]! + request.duration[root]!;
  return isSetOff && request.start[lane.from]! >= answered;
}

/**
 * Who answered: the innermost service on the way to the culprit that gave the client's own status;
 * a proxy above it only passed it on.
 */
function answeringSpan(request: Correlated, root: number, culprit: number): number {
  const { nodes } = request.tree;
  const status = answerCodeOf(nodes[root]!.span);
  for (let index = nodes[culprit]!.parent; index >= 0; index = nodes[index]!.parent) {
    const { span } = nodes[index]!;
    const isFailedServer = span.kind === 'server' && span.outcome === 'failed';
    const isAnother = span.service !== nodes[culprit]!.span.service;
    if (isFailedServer && isAnother && answerCodeOf(span) === status) return index;
  }
  return root;
}

interface FailedAttempts {
  /** More than one only if each failed, and in the same way. */
  readonly attempts: number;
  /** Index of the same failure in the last attempt, which decided the outcome. */
  readonly last: number;
  readonly group?: AttemptGroup;
}

/** The attempts in which a failure was met. */
function sameInAllAttempts(request: Correlated, culprit: number): FailedAttempts {
  const { nodes } = request.tree;
  const signature = signatureOf(nodes[culprit]!.span);
  const failsTheSame = (index: number) =>
    nodes[index]!.span.outcome === 'failed' && signatureOf(nodes[index]!.span) === signature;
  for (let index = culprit; index >= 0; index = nodes[index]!.parent) {
    const group = request.attempts.find(({ members }) => members.includes(index));
    if (!group) continue;
    const same = group.members.map((member) => {
      for (let below = member; below < nodes[member]!.end; below += 1)
        if (failsTheSame(below)) return below;
      return -1;
    });
    const last = same.at(-1)!;
    return {
      attempts: same.includes(-1) ? 1 : same.length,
      last: last >= 0 ? last : culprit,
      group,
    };
  }
  return { attempts: 1, last: culprit };
}
