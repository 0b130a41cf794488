import type { EpochMs } from '@/lib/time/units';
import type { Series } from '../model';
import type { Matcher } from './promql';

/**
 * Spans by which a service takes something in: of the span metrics, Tempo's and the embedded
 * store's alike.
 */
export const ENTRY: Matcher = ['span_kind', '=~', 'SPAN_KIND_SERVER|SPAN_KIND_CONSUMER'];
export const SERVER: Matcher = ['span_kind', '=', 'SPAN_KIND_SERVER'];
export const FAILED: Matcher = ['status_code', '=', 'STATUS_CODE_ERROR'];

/**
 * One series a service, of those by service and outcome: at each instant from all of them, and from
 * those that failed.
 */
export function byService(
  series: readonly Series[],
  valueOf: (all: number, failing: number) => number,
): Series[] {
  const services = new Map<string, Map<EpochMs, { all: number; failing: number }>>();
  for (const { labels, points } of series) {
    const service =
      services.get(labels.service ?? '') ?? new Map<EpochMs, { all: number; failing: number }>();
    services.set(labels.service ?? '', service);
    for (const { timeMs, value } of points) {
      const sums = service.get(timeMs) ?? { all: 0, failing: 0 };
      service.set(timeMs, sums);
      // As in PromQL, whatever is added to a gap is one.
      sums.all += value ?? NaN;
      if (labels.status_code === 'STATUS_CODE_ERROR') sums.failing += value ?? NaN;
    }
  }
  return [...services].map(([service, instants]) => ({
    labels: { service },
    points: [...instants]
      .sort(([a], [b]) => a - b)
      .map(([timeMs, { all, failing }]) => ({ timeMs, value: finite(valueOf(all, failing)) })),
  }));
}

/** No requests at all have no share of errors. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
