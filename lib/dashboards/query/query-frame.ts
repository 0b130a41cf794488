import { config } from '@/lib/config/load';
import { fromRfc3339, msToNs, type Window } from '@/lib/time/units';
import { patternsOf, type SelectionPatterns } from '../catalogue/parameters';
import type { DashboardQuery } from '../contract';
import { parseRangeMs } from '../time-range';
import { createGrid, rateRangeSeconds, type TimeGrid } from './time-grid';

/** What all queries of one page have in common. */
export interface QueryFrame {
  readonly window: Window;
  readonly grid: TimeGrid;
  /** The range over which rates are taken. */
  readonly rateSeconds: number;
  readonly patterns: SelectionPatterns;
}

/** The window of a query: from and to, or the last `range` until now. */
export function requestedWindow(
  { from, to, range }: Pick<DashboardQuery, 'from' | 'to' | 'range'>,
  nowMs: number,
): Window {
  if (from && to) return { startNs: fromRfc3339(from)!, endNs: fromRfc3339(to)! };
  return { startNs: msToNs(nowMs - parseRangeMs(range)!), endNs: msToNs(nowMs) };
}

export function createFrame(query: DashboardQuery, nowMs: number): QueryFrame {
  const { SCRAPE_SECONDS } = config();
  const window = requestedWindow(query, nowMs);
  const grid = createGrid(window, query.points, SCRAPE_SECONDS);
  return {
    window,
    grid,
    rateSeconds: rateRangeSeconds(grid, SCRAPE_SECONDS),
    patterns: patternsOf(query),
  };
}
