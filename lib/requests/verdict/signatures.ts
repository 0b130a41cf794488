import { signatureText } from '@/lib/telemetry/failure-signature';
import type { RootSummary } from '@/lib/telemetry/model';
import { toRfc3339, type Window } from '@/lib/time/units';
import type { SignatureGroup } from '../explore/contract';

const BINS = 12;

/** Failed requests by signature, most frequent first. The example is the newest. Pure. */
export function groupBySignature(roots: readonly RootSummary[], window: Window): SignatureGroup[] {
  const failures = roots.filter((root) => root.failed);
  return [...Map.groupBy(failures, signatureOfRoot)]
    .map(([signature, members]) => toGroup(signature, members, window))
    .sort((a, b) => b.count - a.count || (a.lastSeen < b.lastSeen ? 1 : -1));
}

/** What failed, as far as the list tells: the culprit, else the root itself. */
function culpritOf({ culprit, service, name, status }: RootSummary) {
  return culprit ?? { service, name, errorType: status || 'error' };
}

function signatureOfRoot(root: RootSummary): string {
  const { service, name, errorType } = culpritOf(root);
  return signatureText(service, name, errorType);
}

function toGroup(
  signature: string,
  members: readonly RootSummary[],
  window: Window,
): SignatureGroup {
  const oldestFirst = members.toSorted((a, b) => Number(a.startNs - b.startNs));
  const newest = oldestFirst.at(-1)!;
  const { service, name, errorType } = culpritOf(newest);
  const outcome = newest.status ? `answers ${newest.status}` : 'fails';
  return {
    signature,
    service,
    operation: name,
    errorType,
    outcome: `${newest.service} ${newest.name} ${outcome}`,
    count: members.length,
    firstSeen: toRfc3339(oldestFirst[0]!.startNs),
    lastSeen: toRfc3339(newest.startNs),
    trend: trendOf(members, window),
    example: newest.correlationId ?? newest.traceId,
  };
}

/** How many started in each twelfth of the window; those outside count to its nearest. */
function trendOf(members: readonly RootSummary[], { startNs, endNs }: Window): number[] {
  const trend = new Array<number>(BINS).fill(0);
  for (const member of members) {
    const share = Number(member.startNs - startNs) / Number(endNs - startNs);
    trend[Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS)))]! += 1;
  }
  return trend;
}
