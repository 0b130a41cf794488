import { signatureText } from '@/lib/telemetry/failure-signature';
import type { RootSummary } from '@/lib/telemetry/model';
import { formatDuration } from '@/lib/time/format';
import { toRfc3339, type Window } from '@/lib/time/units';
import type { SignatureGroup } from '../explore/contract';
import { trendOf } from './signatures';

/**
 * Requests that did not have to fail, by the operation they began with; most first. The example is
 * the slowest. Pure.
 * @param what ends the signature: "slow"
 */
export function groupByOperation(
  roots: readonly RootSummary[],
  window: Window,
  what: string,
): SignatureGroup[] {
  return [...Map.groupBy(roots, (root) => signatureOfOperation(root, what))]
    .map(([signature, members]) => {
      const oldestFirst = members.toSorted((a, b) => Number(a.startNs - b.startNs));
      const [slowest] = members.toSorted((a, b) => Number(b.durationNs - a.durationNs));
      const { service, name, durationNs, correlationId, traceId } = slowest!;
      return {
        signature,
        service,
        operation: name,
        errorType: what,
        outcome: `took up to ${formatDuration(Number(durationNs))}`,
        count: members.length,
        firstSeen: toRfc3339(oldestFirst[0]!.startNs),
        lastSeen: toRfc3339(oldestFirst.at(-1)!.startNs),
        trend: trendOf(members, window),
        example: correlationId ?? traceId,
      };
    })
    .sort((a, b) => b.count - a.count);
}

/** As the verdict of a request page has it whose first span explains it. */
export const signatureOfOperation = (
  { service, name }: Pick<RootSummary, 'service' | 'name'>,
  what: string,
): string => signatureText(service, name, what);
