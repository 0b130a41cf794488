// Pure: runs in browsers too.
import { fromRfc3339, HOUR_MS, MINUTE_MS, nsToMs } from '@/lib/time/units';

const RANGE = /^([1-9]\d{0,3})(m|h|d)$/;
const UNIT_MS = { m: MINUTE_MS, h: HOUR_MS, d: 24 * HOUR_MS } as const;
/** Milliseconds since 1970, as Grafana writes instants. */
const EPOCH_MS = /^\d{13}$/;

export const DEFAULT_RANGE = '1h';
export const MAX_WINDOW_MS = 31 * 24 * HOUR_MS;

/** The length of a range like 15m, 6h or 7d; undefined for anything else. */
export function parseRangeMs(text: string): number | undefined {
  const [, count, unit] = RANGE.exec(text) ?? [];
  return unit ? Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS] : undefined;
}

/** Whether a text is a range that can be shown. */
export const isRange = (text: string): boolean => (parseRangeMs(text) ?? Infinity) <= MAX_WINDOW_MS;

/**
 * An instant in RFC 3339, of RFC 3339 or of milliseconds since 1970; undefined for anything else.
 */
export function parseInstant(text: string): string | undefined {
  const instant = EPOCH_MS.test(text) ? new Date(Number(text)).toISOString() : text;
  return fromRfc3339(instant) === undefined ? undefined : instant;
}

/** Whether two instants make a window that can be shown. */
export function isWindow(from: string, to: string): boolean {
  const [start, end] = [fromRfc3339(from), fromRfc3339(to)];
  if (start === undefined || end === undefined) return false;
  const lengthMs = nsToMs(end) - nsToMs(start);
  return lengthMs > 0 && lengthMs <= MAX_WINDOW_MS;
}
