import type { z } from 'zod';
import { epochMs, fromRfc3339, nsToMs, type EpochMs } from '@/lib/time/units';

/**
 * What is outside of it is a clock that is wrong, and would stand before everything else for ever.
 */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2100, 0);
const MAX_PAIRS = 200;
const MAX_NAME = 256;
export const MAX_LABEL = 4_096;
export const MAX_ANNOTATION = 65_536;

/** Text as Postgres can hold it: no NUL, no half of a surrogate pair, not longer than `most`. */
export const storable = (text: string, most = MAX_ANNOTATION): string =>
  text.slice(0, most).replaceAll('\u0000', '\ufffd').toWellFormed();

/** Labels or annotations as they count, and what was done to them. */
export interface TextPairs {
  readonly pairs: Record<string, string>;
  /** A value was a number, a boolean, null or a structure: kept as text. */
  readonly converted: boolean;
  /** There were too many, or one was too long. */
  readonly cut: boolean;
}

/**
 * Labels or annotations of an object, whatever their values; `__proto__` is a name like any other.
 * Undefined for what is no object.
 */
export function readTextPairs(given: unknown, most: number): TextPairs | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const entries = Object.entries(given);
  const texts = entries
    .slice(0, MAX_PAIRS)
    .map(([name, value]) => [name, typeof value === 'string' ? value : textOf(value)] as const);
  return {
    pairs: Object.fromEntries(
      texts.map(([name, value]) => [storable(name, MAX_NAME), storable(value, most)]),
    ),
    converted: entries.some(([, value]) => typeof value !== 'string'),
    cut:
      entries.length > MAX_PAIRS ||
      texts.some(([name, value]) => name.length > MAX_NAME || value.length > most),
  };
}

/** JSON text of a value that should have been text. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack: nobody would read it.
    return '…';
  }
}

/** A time as a message has it; `none` where it says that there is none. */
export type ReadTime =
  | { readonly kind: 'time'; readonly ms: EpochMs; readonly withoutZone: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable' };

/** From here on a number of an epoch is milliseconds, before it seconds. */
const MILLISECONDS_FROM = 1e11;
const LOOSE_TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)? ?(?:([Zz])|([+-]\d{2}):?(\d{2}))?$/;

/**
 * RFC 3339, also with a space for the T, an offset without its colon or none at all (then it is
 * UTC), or a number of an epoch. Null and Go's zero time are none.
 */
export function readTime(given: unknown): ReadTime {
  if (given === undefined || given === null || given === '') return { kind: 'none' };
  if (typeof given === 'number')
    return inThisCentury(given < MILLISECONDS_FROM ? given * 1000 : given, false);
  if (typeof given !== 'string') return { kind: 'unreadable' };
  if (given.startsWith('0001-01-01')) return { kind: 'none' };
  const match = LOOSE_TIME.exec(given.trim());
  if (!match) return { kind: 'unreadable' };
  const [, date, time, fraction, , hours, minutes] = match;
  const withoutZone = match[4] === undefined && hours === undefined;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const ns = fromRfc3339(`${date}T${time}${fraction ? `.${fraction}` : ''}${zone}`);
  return ns === undefined ? { kind: 'unreadable' } : inThisCentury(nsToMs(ns), withoutZone);
}

function inThisCentury(ms: number, withoutZone: boolean): ReadTime {
  // Whole milliseconds: what the same server says of the same moment elsewhere has no more.
  const whole = epochMs(Math.floor(ms));
  const isOfThisCentury = whole >= EARLIEST_MS && whole < LATEST_MS;
  return isOfThisCentury ? { kind: 'time', ms: whole, withoutZone } : { kind: 'unreadable' };
}

/** The first fault of something that is not what it should be, in words. */
export function describeFault(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.length ? `${issue.path.join('.')}: ` : ''}${issue?.message ?? 'not valid'}`.slice(
    0,
    300,
  );
}

/** An item for the quarantine page: all of it that is reasonable to keep. */
export function quarantinedText(item: unknown): string {
  try {
    return storable(JSON.stringify(item) ?? 'nothing', 16_384);
  } catch {
    return 'too deeply nested to be written down';
  }
}
