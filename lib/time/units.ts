// Pure: runs in browsers too.
declare const unit: unique symbol;
type Unit<Base, Name extends string> = Base & { readonly [unit]: Name };

/** Nanoseconds since 1970, as the backends send them; does not fit a number. */
export type EpochNs = Unit<bigint, 'EpochNs'>;
/** Milliseconds since 1970. */
export type EpochMs = Unit<number, 'EpochMs'>;

/** Half open: `startNs <= t < endNs`. */
export interface Window {
  readonly startNs: EpochNs;
  readonly endNs: EpochNs;
}

export const NS_PER_MS = 1_000_000n;
export const NS_PER_SECOND = 1_000_000_000n;
export const DAY_NS = 86_400n * NS_PER_SECOND;
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

export const epochNs = (value: bigint): EpochNs => value as EpochNs;
export const epochMs = (value: number): EpochMs => value as EpochMs;

export const msToNs = (ms: number): EpochNs => epochNs(BigInt(Math.round(ms)) * NS_PER_MS);
export const nsToMs = (ns: bigint): EpochMs => epochMs(Number(ns / 1000n) / 1000);
/** Seconds with a fraction, the unit of Prometheus. */
export const nsToSeconds = (ns: bigint): number => Number(ns / 1000n) / 1e6;
export const secondsToMs = (seconds: number): EpochMs => epochMs(seconds * 1000);

export function windowEndingAt(end: EpochMs, lengthMs: number): Window {
  return { startNs: msToNs(end - lengthMs), endNs: msToNs(end) };
}

/** The window grown by `ms` on both sides. */
export function padded(window: Window, ms: number): Window {
  const pad = BigInt(Math.round(ms)) * NS_PER_MS;
  return { startNs: epochNs(window.startNs - pad), endNs: epochNs(window.endNs + pad) };
}

/** RFC 3339 with nanoseconds, UTC: the form of every instant in the JSON of this product. */
export function toRfc3339(ns: bigint): string {
  // Division of integers rounds to zero: before 1970 that would be up.
  const rest = ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  const seconds = (ns - rest) / NS_PER_SECOND;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${rest.toString().padStart(9, '0')}Z`;
}

/**
 * Reads RFC 3339 (any fraction up to nanoseconds, `Z` or offset). Returns undefined for anything
 * else.
 */
export function fromRfc3339(text: string): EpochNs | undefined {
  // Four digits of a year are all RFC 3339 has; before 1970 there is no telemetry.
  if (!/^(19[7-9]|[2-9]\d)/.test(text)) return undefined;
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/.exec(
    text,
  );
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(ms)) return undefined;
  return epochNs(BigInt(ms) * NS_PER_MS + BigInt((match[2] ?? '').padEnd(9, '0')));
}
