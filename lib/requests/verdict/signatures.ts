import type { CulpritSummary } from '@/lib/telemetry/culprit';
import { signatureText } from '@/lib/telemetry/failure-signature';
import type { FailedRequest } from '@/lib/telemetry/model';
import { toRfc3339, type Window } from '@/lib/time/units';
import type { SignatureGroup } from '../explore/contract';

const BINS = 12;

/** Where the spans of a failure were not read: no signature of a request page. */
const CAUSE_UNREAD = 'cause not read';

/**
 * Failed requests by signature, most frequent first; each request counts once, whatever its
 * attempts. The example is the newest. Pure.
 */
export function groupBySignature(
  requests: readonly FailedRequest[],
  window: Window,
): SignatureGroup[] {
  return [...Map.groupBy(requests, signatureOfRequest)]
    .map(([signature, members]) => toGroup(signature, members, window))
    .sort((a, b) => b.count - a.count || (a.lastSeen < b.lastSeen ? 1 : -1));
}

/** What failed; of a failure that was not read the root. */
const causeOf = ({ culprit, service, name }: FailedRequest): CulpritSummary =>
  culprit ?? { service, name, errorType: CAUSE_UNREAD };

export function signatureOfRequest(request: FailedRequest): string {
  const { service, name, errorType } = causeOf(request);
  return signatureText(service, name, errorType);
}

function toGroup(
  signature: string,
  members: readonly FailedRequest[],
  window: Window,
): SignatureGroup {
  const oldestFirst = members.toSorted((a, b) => Number(a.startNs - b.startNs));
  const newest = oldestFirst.at(-1)!;
  const { service, name, errorType } = causeOf(newest);
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
export function trendOf(
  members: readonly Pick<FailedRequest, 'startNs'>[],
  { startNs, endNs }: Window,
): number[] {
  const trend = new Array<number>(BINS).fill(0);
  for (const member of members) {
    const share = Number(member.startNs - startNs) / Number(endNs - startNs);
    trend[Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS)))]! += 1;
  }
  return trend;
}
