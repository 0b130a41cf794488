import { asCorrelationId, CORRELATION_ATTRIBUTE } from '@/lib/correlation-id/grammar';
import { HOUR_MS, MINUTE_MS, msToNs, NS_PER_MS, NS_PER_SECOND } from '@/lib/time/units';
import type { LogLine, Span } from '../model';
import { rejectItem, type Rejection } from '../rejection';

/** Clocks run ahead; beyond this a time is wrong, and a row there would never be dropped by age. */
const MAX_AHEAD_MS = 10 * MINUTE_MS;
const MAX_AHEAD_TEXT = '10 min';

/** No telemetry is of before: a time that is, is none in nanoseconds. */
const YEAR_2000_NS = msToNs(Date.UTC(2000, 0));
/** Nanoseconds of the units that times are sent in by mistake. */
const OTHER_UNITS = [
  { name: 'seconds', ns: NS_PER_SECOND },
  { name: 'milliseconds', ns: NS_PER_MS },
  { name: 'microseconds', ns: 1_000n },
] as const;

type Timed = Span | Omit<LogLine, 'id'>;

/**
 * Why the times of a span or a line do not let it be kept: retention would drop it at once, or never.
 * An end far ahead would stretch every window that is asked around the span.
 */
export function timeRejection(
  item: Timed,
  retentionHours: number,
  nowMs: number,
): Rejection | undefined {
  const [oldestNs, newestNs] = [
    msToNs(nowMs - retentionHours * HOUR_MS),
    msToNs(nowMs + MAX_AHEAD_MS),
  ];
  const isSpan = 'startNs' in item;
  const timeNs = isSpan ? item.startNs : item.timeNs;
  const what = isSpan ? 'start' : 'time';
  const reject = (reason: Rejection['reason'], detail: string) =>
    rejectItem(isSpan ? 'traces' : 'logs', reason, detail, idsOf(item));
  if (timeNs < oldestNs) {
    const unit = OTHER_UNITS.find(({ ns }) => isWithin(timeNs * ns, YEAR_2000_NS, newestNs));
    return unit
      ? reject('time_unit', `has a ${what} that looks like ${unit.name}, not nanoseconds`)
      : reject('too_old', `is older than the retention of ${retentionHours} h`);
  }
  if (timeNs > newestNs)
    return reject('too_far_ahead', `is more than ${MAX_AHEAD_TEXT} in the future`);
  if (isSpan && item.endNs > newestNs)
    return reject('too_far_ahead', `ends more than ${MAX_AHEAD_TEXT} in the future`);
  return undefined;
}

const isWithin = (timeNs: bigint, fromNs: bigint, toNs: bigint): boolean =>
  timeNs >= fromNs && timeNs <= toNs;

function idsOf({ traceId, attributes, resource, ...item }: Timed): Partial<Rejection> {
  const own = 'correlationId' in item ? item.correlationId : undefined;
  const carried = attributes[CORRELATION_ATTRIBUTE] ?? resource[CORRELATION_ATTRIBUTE] ?? '';
  return { traceId, correlationId: own ?? asCorrelationId(String(carried)) };
}
