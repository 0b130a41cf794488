// Pure: runs in browsers too.
declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type CorrelationId = Id<'CorrelationId'>;
/** 32 lower-case hex digits, never all zero. */
export type TraceId = Id<'TraceId'>;
/** 16 lower-case hex digits, never all zero. */
export type SpanId = Id<'SpanId'>;

/** The one header, the one attribute and log field. */
export const CORRELATION_HEADER = 'x-correlation-id';
export const CORRELATION_ATTRIBUTE = 'correlation_id';

const CORRELATION_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;
/** A business number, as people read it out: it finds requests by their lookup attributes alone. */
const SHORT_NUMBER = /^\d{5,7}$/;
const HEX32 = /^(?!0{32})[0-9a-f]{32}$/;
const HEX16 = /^(?!0{16})[0-9a-f]{16}$/;

export function asCorrelationId(text: string): CorrelationId | undefined {
  return CORRELATION_ID.test(text) ? (text as CorrelationId) : undefined;
}

/** What a request can be found by: its correlation id, or a business number of five digits or more. */
export function asSearchId(text: string): CorrelationId | undefined {
  return SHORT_NUMBER.test(text) ? (text as CorrelationId) : asCorrelationId(text);
}

/** Whether an id is a number that is too short for a correlation id. */
export const isShortNumber = (id: string): boolean => SHORT_NUMBER.test(id);

/**
 * Accepts upper case and the shortened ids Tempo's search answers with (leading zeros stripped).
 */
export function asTraceId(text: string): TraceId | undefined {
  const id = text.toLowerCase().padStart(32, '0');
  return HEX32.test(id) ? (id as TraceId) : undefined;
}

export function asSpanId(text: string): SpanId | undefined {
  const id = text.toLowerCase().padStart(16, '0');
  return HEX16.test(id) ? (id as SpanId) : undefined;
}
