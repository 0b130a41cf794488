import type { SignatureGroup } from '@/lib/requests/explore/contract';
import { HOUR_MS } from '@/lib/time/units';

/** How often each signature comes in an hour, where nothing fires. */
export type UsualRates = ReadonlyMap<string, number>;

/** The signature that an episode is about, and how usual it is. */
export interface LeadingSignature {
  readonly signature: string;
  readonly service: string;
  readonly count: number;
  /** Null where it is not known. */
  readonly usualPerHour: number | null;
}

/**
 * The signature whose requests are furthest beyond their usual number; where none is, or where the
 * usual is not known, the most frequent. Pure.
 * @param spanMs over how long they were counted
 */
export function leadingSignature(
  signatures: readonly Pick<SignatureGroup, 'signature' | 'service' | 'count'>[],
  usual: UsualRates | undefined,
  spanMs: number,
): LeadingSignature | undefined {
  const ranked = signatures
    .map(({ signature, service, count }) => {
      const usualPerHour = usual ? (usual.get(signature) ?? 0) : null;
      return { signature, service, count, usualPerHour };
    })
    .sort((a, b) => excessOf(b, spanMs) - excessOf(a, spanMs) || b.count - a.count);
  const [first] = ranked;
  if (!first || excessOf(first, spanMs) > 0) return first;
  return ranked.toSorted((a, b) => b.count - a.count)[0];
}

/** Requests beyond the usual number. */
export const excessOf = (
  { count, usualPerHour }: Pick<LeadingSignature, 'count' | 'usualPerHour'>,
  spanMs: number,
): number => count - expectedIn(usualPerHour, spanMs);

/** So many would have come anyway. */
export const expectedIn = (usualPerHour: number | null, spanMs: number): number =>
  ((usualPerHour ?? 0) * spanMs) / HOUR_MS;

/** Beyond chance: this many times the usual number. */
const UNUSUAL_FACTOR = 2;

/** It comes more often than it usually does. */
export const isUnusual = (count: number, usualPerHour: number | null, spanMs: number): boolean =>
  count > UNUSUAL_FACTOR * expectedIn(usualPerHour, spanMs);
