// Pure: runs in browsers too.
import type { LogRow } from '@/lib/requests/contract';
import type { LevelFilter } from '../search-params';

export interface LogFilter {
  /** Anywhere in the line, whatever the case; empty for all. */
  readonly text: string;
  readonly level: LevelFilter | null;
  readonly service: string | null;
}

export function filterLogs(logs: readonly LogRow[], filter: LogFilter): readonly LogRow[] {
  const text = filter.text.toLowerCase();
  return logs.filter(
    (log) =>
      hasLevel(log, filter.level) &&
      (filter.service === null || log.service === filter.service) &&
      log.body.toLowerCase().includes(text),
  );
}

function hasLevel(log: LogRow, level: LevelFilter | null): boolean {
  if (level === null) return true;
  return level === 'unattached' ? log.unattached !== null : log.level === level;
}

export const servicesOf = (logs: readonly LogRow[]): string[] =>
  [...new Set(logs.map((log) => log.service))].toSorted();

/** Index of the line that is nearest in time, or -1. The lines are in order of time. */
export function nearestLog(logs: readonly LogRow[], offsetNs: number | null): number {
  if (offsetNs === null || logs.length === 0) return -1;
  let low = 0;
  let high = logs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (logs[middle]!.offsetNs < offsetNs) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  const before = offsetNs - logs[low - 1]!.offsetNs;
  const after = logs[low]!.offsetNs - offsetNs;
  return before < after ? low - 1 : low;
}
