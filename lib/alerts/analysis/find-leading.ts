import type { AssembledRequest } from '@/lib/requests/discovery/request-collector';
import { isFailure, type AffectedBy, type AffectedRequests } from './affected-requests';
import { leadingSignature, type LeadingSignature } from './leading-signature';
import { usualRates } from './usual-rates';

/** What leads the affected requests, and the services where it and the next ones begin. */
export interface Leading {
  readonly leading: LeadingSignature;
  readonly culpritServices: readonly string[];
}

const MAX_CULPRITS = 3;
const MS_PER_NS = 1e-6;

/** Of requests that failed, by their signatures against the hour before; undefined where none did. */
export async function findLeadingFailure(
  by: AffectedBy,
  { signatures, window }: AffectedRequests,
): Promise<Leading | undefined> {
  const failures = signatures.filter(isFailure);
  if (failures.length === 0) return undefined;
  const fromMs = Number(window.startNs) * MS_PER_NS;
  const usual = await usualRates(by, fromMs);
  const leading = leadingSignature(failures, usual, Number(window.endNs) * MS_PER_NS - fromMs);
  if (!leading) return undefined;
  const services = [leading, ...failures].map(({ service }) => service);
  return { leading, culpritServices: [...new Set(services)].slice(0, MAX_CULPRITS) };
}

/**
 * Of requests that were assembled, by their verdicts: what most of them say. Lists cannot tell where
 * a slow request lost its time.
 */
export function findLeadingVerdict(requests: readonly AssembledRequest[]): Leading | undefined {
  const told = requests.flatMap(({ view: { verdict, spans } }) => {
    const culprit = spans.find(({ id }) => id === verdict.culprit);
    const signature = verdict.state === 'succeeded' ? null : verdict.signature;
    return signature === null ? [] : [{ signature, service: culprit?.service ?? '' }];
  });
  const [first] = [...Map.groupBy(told, ({ signature }) => signature)].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  if (!first) return undefined;
  const [signature, members] = first;
  const services = [...new Set(members.map(({ service }) => service))].filter(Boolean);
  return {
    leading: { signature, service: services[0] ?? '', count: members.length, usualPerHour: null },
    culpritServices: services.slice(0, MAX_CULPRITS),
  };
}

/** Where no verdict tells more than the list does. */
export function mostFrequent(
  { service }: AffectedBy,
  { signatures: [first] }: AffectedRequests,
): Leading | undefined {
  if (!first) return undefined;
  const { signature, count } = first;
  return {
    leading: { signature, service, count, usualPerHour: null },
    culpritServices: [service],
  };
}
