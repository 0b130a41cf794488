// Pure: runs in browsers too.
import { formatOffset } from '@/lib/time/format';
import { counted } from '../summary/counted';
import { failedSpans, NO_POSITION, type SpanTable } from '../waterfall/span-table';

/** "100,000 spans, 20 lanes, 37 errors, first in inventory at +1.200 s" */
export function minimapSummary(table: SpanTable, laneCount: number): string {
  const { count, first } = failedSpans(table);
  const spans = counted(table.count, 'span');
  const summary = `${spans}, ${counted(laneCount, 'lane')}, ${counted(count, 'error')}`;
  if (first === NO_POSITION) return summary;
  return `${summary}, first in ${table.service(first)} at ${formatOffset(table.startNs(first))}`;
}
