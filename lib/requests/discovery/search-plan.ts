import { timeInId } from '@/lib/correlation-id/embedded-time';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { epochMs, HOUR_MS, type Window } from '@/lib/time/units';
import { indexedWindow, searchWindows, wholeReachWindows } from './search-windows';
import { isFastSource } from './source-pace';

export interface SearchScope {
  readonly id: CorrelationId;
  readonly nowMs: number;
  /** How far back is searched. */
  readonly searchDays: number;
  /** What an indexed source keeps at most: to claim more would be untrue. */
  readonly keptDays: number;
  /** Chosen by the person, instead of the search. */
  readonly window?: Window | undefined;
}

/** The windows in which a source is searched, most promising first. */
export function planSearch(source: { readonly indexed: boolean }, scope: SearchScope): Window[] {
  const { id, nowMs, searchDays, keptDays, window } = scope;
  if (window) return [window];
  const now = epochMs(nowMs);
  const hint = timeInId(id, nowMs);
  if (source.indexed) {
    const isKept = hint !== undefined && now - hint < keptDays * 24 * HOUR_MS;
    return [indexedWindow(now, Math.min(searchDays, keptDays), isKept ? hint : undefined)];
  }
  const windows = isFastSource(source) ? wholeReachWindows : searchWindows;
  return windows(now, searchDays, hint);
}
