import protobuf from 'protobufjs';
import { asSpanId, asTraceId, type SpanId, type TraceId } from '@/lib/correlation-id/grammar';
import { epochNs, type EpochNs } from '@/lib/time/units';
import type { Attributes, AttributeValue } from '../model';
import type { WireId, WireKeyValue, WireNumber, WireValue } from './wire';

const MAX_NS = 1n << 63n;
/** What lies deeper in a value is cut, and an ellipsis says so. */
const MAX_DEPTH = 16;
/** Stands for a name or a value that cannot be read: what is readable beside it is kept. */
const UNREADABLE = '(unreadable)';
/** Numbers that JSON has not. */
const SPECIAL_NUMBERS = ['NaN', 'Infinity', '-Infinity'];

/** A list, or nothing where there is none. */
export const list = <Item>(items: readonly Item[] | undefined | null): readonly Item[] =>
  Array.isArray(items) ? items : [];

/** Postgres stores no NUL, and a lone surrogate is no UTF-8: both become U+FFFD. */
const storable = (value: string): string =>
  (value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value).toWellFormed();

export const text = (value: unknown): string => (typeof value === 'string' ? storable(value) : '');

/** Attributes by name. What cannot be read of one is marked, and the others stand. */
export function attributesOf(pairs: readonly WireKeyValue[] | undefined | null): Attributes {
  const attributes: Record<string, AttributeValue> = Object.create(null);
  for (const pair of list(pairs)) {
    const name = text(pair?.key) || UNREADABLE;
    attributes[name] = pair?.value ? valueOf(pair.value, 0) : '';
  }
  return attributes;
}

/**
 * A value in our shape; its leaves may be marked where they cannot be kept. Own fields only: a
 * decoded protobuf message inherits the default of every field that is not there.
 */
export function valueOf(value: WireValue | string | number | boolean, depth = 0): AttributeValue {
  // No AnyValue but what it would hold: hand-made JSON.
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value !== 'object') return text(value);
  const has = (field: keyof WireValue) =>
    Object.hasOwn(value, field) && value[field] !== undefined && value[field] !== null;
  if (has('stringValue')) return text(value.stringValue);
  if (has('boolValue')) return value.boolValue === true;
  if (has('intValue')) {
    const digits = digitsOf(value.intValue);
    const number = Number(digits);
    return Number.isSafeInteger(number) ? number : storable(digits);
  }
  if (has('doubleValue')) return doubleOf(value.doubleValue);
  if (depth >= MAX_DEPTH) return '…';
  if (has('arrayValue'))
    return list(value.arrayValue!.values).map((item) => (item ? valueOf(item, depth + 1) : ''));
  if (has('kvlistValue')) {
    return Object.fromEntries(
      list(value.kvlistValue!.values).map((pair) => [
        text(pair?.key) || UNREADABLE,
        pair?.value ? valueOf(pair.value, depth + 1) : '',
      ]),
    );
  }
  if (typeof value.bytesValue === 'string' && has('bytesValue')) return storable(value.bytesValue);
  if (value.bytesValue instanceof Uint8Array && has('bytesValue'))
    return Buffer.from(value.bytesValue).toString('base64');
  return Object.keys(value).length > 0 ? UNREADABLE : '';
}

/** NaN and the infinities are no JSON: kept as their names. */
function doubleOf(value: WireValue['doubleValue']): AttributeValue {
  if (typeof value === 'object') return '';
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  if (typeof value === 'number' || SPECIAL_NUMBERS.includes(String(value))) return String(number);
  return text(value);
}

/**
 * A whole number as its digits, whatever it came as; nothing for what is none. protobufjs gives 64
 * bits as its own Long.
 */
export function digitsOf(value: WireNumber): string {
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : '';
  const long = protobuf.util.Long as unknown as { isLong(value: unknown): boolean } | undefined;
  return long?.isLong(value) ? value!.toString() : '';
}

export function nanos(value: WireNumber): EpochNs | undefined {
  const digits = digitsOf(value);
  if (!/^\d{1,19}$/.test(digits)) return undefined;
  const ns = BigInt(digits);
  return ns < MAX_NS ? epochNs(ns) : undefined;
}

/** A position as a number or as digits, or a name: in any case, with its prefix or without. */
export function enumOf(
  value: number | string | undefined,
  prefix: string,
  names: readonly string[],
): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  const word = value.toUpperCase().replace(prefix, '');
  return /^\d+$/.test(word) ? Number(word) : names.indexOf(word);
}

export const traceIdOf = (id: WireId): TraceId | undefined => withHex(id, 32, asTraceId);
export const spanIdOf = (id: WireId): SpanId | undefined => withHex(id, 16, asSpanId);

/**
 * Bytes, hex, or base64 (what protobuf JSON of Tempo makes of bytes); told apart by their length.
 */
function withHex<Id>(
  id: WireId,
  digits: number,
  as: (hex: string) => Id | undefined,
): Id | undefined {
  if (!id || id.length === 0 || (typeof id !== 'string' && !(id instanceof Uint8Array)))
    return undefined;
  if (typeof id !== 'string')
    return id.length * 2 === digits ? as(Buffer.from(id).toString('hex')) : undefined;
  if (id.length === digits) return as(id);
  const bytes = Buffer.from(id, 'base64');
  return bytes.length * 2 === digits ? as(bytes.toString('hex')) : undefined;
}
