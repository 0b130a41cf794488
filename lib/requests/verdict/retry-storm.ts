import { answerCodeOf, hasException } from '@/lib/telemetry/conventions';
import type { Culprit } from '@/lib/telemetry/culprit';
import type { AttemptGroup } from '../correlation/attempts';
import type { Correlated } from '../correlation/correlate';
import type { FindingOf, VerdictContext } from './finding';

/** A careful client gives up after three attempts; one that does not is part of the fault. */
const CAREFUL_ATTEMPTS = 3;

/**
 * Too many attempts with the same answer: who tried whom, how often, and how many calls that is
 * for who is tried. What threw, itself or in a layer, is named by what it threw: then the attempts
 * are not the story.
 */
export function retryStorm(
  request: Correlated,
  group: AttemptGroup,
  attempts: number,
  { span: culprit, evidence }: Culprit,
  context: VerdictContext,
): FindingOf<'retry-storm'> | undefined {
  const [first, last] = [group.members[0]!, group.members.at(-1)!];
  const client = request.tree.nodes[first]!.span.service;
  const status = answerCodeOf(culprit);
  if (attempts <= CAREFUL_ATTEMPTS || !status) return undefined;
  if (client === culprit.service || hasException(evidence)) return undefined;
  return {
    kind: 'retry-storm',
    culprit,
    client,
    attempts: group.members.length,
    durationNs: request.start[last]! + request.duration[last]! - request.start[first]!,
    status,
    calls: context.callsPerRequest(client, culprit.service),
    similar: context.alike,
  };
}
