import type { RootSummary } from '@/lib/telemetry/model';
import { nsToMs, toRfc3339, type Window } from '@/lib/time/units';
import type { SignatureGroup } from '../explore/contract';

const BINS = 12;

/** Must stay the text that `signatureOf` makes of the culprit span itself. */
export const signatureText = (service: string, operation: string, errorType: string): string =>
  [service, operation, errorType]
    .join(' · ')
    .replace(/\d{3,}/g, 'N')
    .slice(0, 200);

/** Failed requests by signature, most frequent first. The example is the newest. Pure. */
export function groupBySignature(roots: readonly RootSummary[], window: Window): SignatureGroup[] {
  const from = nsToMs(window.startNs);
  const bin = (nsToMs(window.endNs) - from) / BINS;
  const groups = new Map<string, RootSummary[]>();
  for (const root of roots) {
    if (!root.failed) continue;
    const culprit = root.culprit ?? {
      service: root.service,
      name: root.name,
      errorType: root.status || 'error',
    };
    const key = signatureText(culprit.service, culprit.name, culprit.errorType);
    const group = groups.get(key);
    if (group) group.push(root);
    else groups.set(key, [root]);
  }
  return [...groups]
    .map(([signature, members]): SignatureGroup => {
      const sorted = members.sort((a, b) => (a.startNs < b.startNs ? -1 : 1));
      const newest = sorted.at(-1)!;
      const trend = new Array<number>(BINS).fill(0);
      for (const member of sorted)
        trend[
          Math.min(BINS - 1, Math.max(0, Math.floor((nsToMs(member.startNs) - from) / bin)))
        ]! += 1;
      return {
        signature,
        service: newest.culprit?.service ?? newest.service,
        operation: newest.culprit?.name ?? newest.name,
        errorType: newest.culprit?.errorType ?? newest.status,
        outcome: `${newest.service} ${newest.name}${newest.status ? ` answers ${newest.status}` : ' fails'}`,
        count: members.length,
        firstSeen: toRfc3339(sorted[0]!.startNs),
        lastSeen: toRfc3339(newest.startNs),
        trend,
        example: newest.correlationId ?? newest.traceId,
      };
    })
    .sort((a, b) => b.count - a.count || (a.lastSeen < b.lastSeen ? 1 : -1));
}
