import { LRUCache } from 'lru-cache';
import { processState } from '@/lib/config/process-state';
import { HOUR_MS, MINUTE_MS } from '@/lib/time/units';
import { countFailures, type AffectedBy } from './affected-requests';
import type { UsualRates } from './leading-signature';

/** The hour before an episode is over, and is asked for once. */
const known = processState(
  'alerts.usual-rates',
  () => new LRUCache<string, UsualRates>({ max: 500, ttl: HOUR_MS }),
);

/**
 * How often what a rule counts comes in an hour, by signature, before the harm began; undefined
 * where the traces do not say, or not in full.
 */
export async function usualRates(
  by: AffectedBy,
  beforeMs: number,
): Promise<UsualRates | undefined> {
  const untilMs = Math.floor(beforeMs / MINUTE_MS) * MINUTE_MS;
  const key = JSON.stringify([by.service, by.subject, untilMs]);
  const cached = known().get(key);
  if (cached) return cached;
  const before = await countFailures(by, untilMs - HOUR_MS, untilMs);
  if (!before) return undefined;
  const rates = new Map(before.map(({ signature, count }) => [signature, count]));
  known().set(key, rates);
  return rates;
}
