// Pure: runs in browsers too.
import { asSpanId, asTraceId, type SpanId, type TraceId } from './grammar';

/** Where a request stands: its trace, and the span if that is said too. */
export interface TraceContext {
  readonly traceId: TraceId;
  readonly spanId: SpanId | undefined;
  readonly format: ContextFormat;
}

/** The headers that carry a trace and a span in one value. */
export type ContextFormat =
  | 'traceparent'
  | 'b3'
  | 'sentry-trace'
  | 'uber-trace-id'
  | 'X-Amzn-Trace-Id'
  | 'X-Cloud-Trace-Context';

/** No header is longer. */
const LONGEST = 512;
/** Numbers of 64 bits have so many digits at most; from so many on they are hardly hex digits. */
const DECIMAL = /^\d{17,20}$/;
const ANY_DECIMAL = /^\d{1,20}$/;
/** Hex digits, perhaps without their leading zeros; fewer than eight are too few to tell. */
const TRACE_HEX = /^(?:0x)?([0-9a-f]{8,32})$/i;
const SPAN_HEX = /^(?:0x)?([0-9a-f]{8,16})$/i;
const DASHED = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** 16 bytes: the last digit has four bits to spare; 8 bytes: two. */
const TRACE_BASE64 = /^[A-Za-z0-9+/_-]{21}[AQgw](?:==)?$/;
const SPAN_BASE64 = /^[A-Za-z0-9+/_-]{10}[AEIMQUYcgkosw048]=?$/;
const XRAY = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i;
const XRAY_ROOT = /(?:^|;)[ \t]{0,8}Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?![0-9a-z])/i;
const XRAY_PARENT = /;[ \t]{0,8}Parent=([0-9a-f]{16})(?![0-9a-z])/i;
const GOOGLE_NAME = /^projects\/[^/]{1,128}\/traces\/([0-9a-f]{32})$/i;
const CLOUD_TRACE = /^([0-9a-f]{32})\/(\d{1,20})(?:;o=\d{1,3})?$/i;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/i;
const B3 = /^([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-[01d](?:-[0-9a-f]{16})?)?$/i;
const UBER = /^([0-9a-f]{1,32}):([0-9a-f]{1,16}):[0-9a-f]{1,16}:[0-9a-f]{1,2}$/i;

/**
 * What a header's value says: `traceparent` (W3C), `b3` (`sentry-trace` has the same form),
 * `uber-trace-id` (Jaeger), `X-Amzn-Trace-Id` (its root, whatever else it names),
 * `X-Cloud-Trace-Context`.
 */
export function readTraceContext(value: string): TraceContext | undefined {
  if (value.length > LONGEST) return undefined;
  const context = (format: ContextFormat, trace: string, span?: string) => {
    const traceId = asTraceId(trace);
    return traceId && { format, traceId, spanId: span === undefined ? undefined : asSpanId(span) };
  };
  const w3c = TRACEPARENT.exec(value);
  if (w3c) return context('traceparent', w3c[1]!, w3c[2]);
  const b3 = B3.exec(value);
  if (b3) return context('b3', b3[1]!, b3[2]);
  const uber = UBER.exec(value);
  if (uber) return context('uber-trace-id', uber[1]!, uber[2]);
  const xRay = XRAY_ROOT.exec(value) ?? XRAY.exec(value);
  if (xRay) return context('X-Amzn-Trace-Id', xRay[1]! + xRay[2]!, XRAY_PARENT.exec(value)?.[1]);
  const google = CLOUD_TRACE.exec(value);
  if (google) return context('X-Cloud-Trace-Context', google[1]!, hexOfDecimal(google[2]!));
  return undefined;
}

/**
 * The trace id that a value spells: 128 or 64 bits as hex in any case, without its leading zeros,
 * with `0x`, with dashes, as base64, as the decimal of Datadog, with the project of Google Cloud,
 * or inside one of the headers. Nothing for what is none, or all zero.
 * @param upperHalf the other 64 bits, where the value has only the lower ones (`_dd.p.tid`)
 */
export function readTraceId(raw: string, upperHalf = ''): TraceId | undefined {
  const value = raw.trim();
  if (DECIMAL.test(value)) return readDecimalTraceId(value, upperHalf);
  const hex = TRACE_HEX.exec(value)?.[1];
  if (hex !== undefined) return hex.length > 16 ? asTraceId(hex) : lowerHalf(hex, upperHalf);
  if (DASHED.test(value)) return asTraceId(value.replaceAll('-', ''));
  if (TRACE_BASE64.test(value)) return asTraceId(hexOfBase64(value));
  const google = GOOGLE_NAME.exec(value)?.[1];
  return google === undefined ? readTraceContext(value)?.traceId : asTraceId(google);
}

/** The same of a value that is a decimal by its name, however few digits it has (Datadog). */
export function readDecimalTraceId(value: string, upperHalf = ''): TraceId | undefined {
  if (!ANY_DECIMAL.test(value)) return readTraceId(value, upperHalf);
  const hex = hexOfDecimal(value);
  return hex === undefined ? undefined : lowerHalf(hex, upperHalf);
}

/** The span id that a value spells: as `readTraceId`, in 64 bits. */
export function readSpanId(raw: string): SpanId | undefined {
  const value = raw.trim();
  if (DECIMAL.test(value)) return readDecimalSpanId(value);
  const hex = SPAN_HEX.exec(value)?.[1];
  if (hex !== undefined) return asSpanId(hex);
  return SPAN_BASE64.test(value) ? asSpanId(hexOfBase64(value)) : undefined;
}

export function readDecimalSpanId(value: string): SpanId | undefined {
  if (!ANY_DECIMAL.test(value)) return readSpanId(value);
  const hex = hexOfDecimal(value);
  return hex === undefined ? undefined : asSpanId(hex);
}

const lowerHalf = (hex: string, upperHalf: string) =>
  asTraceId(upperHalf === '' ? hex : upperHalf + hex.padStart(16, '0'));

/** Nothing for more than 64 bits. */
function hexOfDecimal(digits: string): string | undefined {
  const hex = BigInt(digits).toString(16);
  return hex.length > 16 ? undefined : hex;
}

/** @param text of the base64 alphabet or that of URLs, in any case of a length that is possible */
function hexOfBase64(text: string): string {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''));
  return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
