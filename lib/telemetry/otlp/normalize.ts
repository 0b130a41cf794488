import protobuf from 'protobufjs';
import { asSpanId, asTraceId, type SpanId, type TraceId } from '@/lib/correlation-id/grammar';
import { idsOfLine } from '@/lib/correlation-id/ids-in-line';
import { epochNs, type EpochNs } from '@/lib/time/units';
import { outcomeOf } from '../conventions';
import { parseLine } from '../line-fields';
import {
  levelOfFields,
  levelOfSeverity,
  levelOfText,
  reportedLevel,
  type ReportedLevel,
} from '../log-level';
import type { Attributes, AttributeValue, LogLine, Span, SpanKind, SpanStatus } from '../model';
import type {
  WireId,
  WireKeyValue,
  WireLogRecord,
  WireNumber,
  WireResourceLogs,
  WireResourceSpans,
  WireSpan,
  WireValue,
} from './wire';

const KINDS: readonly SpanKind[] = [
  'internal',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];
const KIND_NAMES = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: readonly SpanStatus[] = ['unset', 'ok', 'error'];
const STATUS_NAMES = ['UNSET', 'OK', 'ERROR'];
const MAX_NS = 1n << 63n;
const MAX_DEPTH = 16;

/** What was read, and one sentence for each thing that could not be. */
export interface Normalized<Item> {
  readonly items: Item[];
  readonly rejected: string[];
}

/** Every span of a trace message. A span that cannot be kept is rejected alone; the rest stands. */
export function normalizeSpans(
  resourceSpans: readonly WireResourceSpans[] | undefined,
): Normalized<Span> {
  const items: Span[] = [];
  const rejected: string[] = [];
  for (const group of list(resourceSpans)) {
    const resource = attributesOf(group?.resource?.attributes);
    for (const scoped of list(group?.scopeSpans)) {
      for (const wire of list(scoped?.spans)) {
        const span = spanOf(wire, resource, text(scoped.scope?.name));
        if (typeof span === 'string') rejected.push(span);
        else items.push(span);
      }
    }
  }
  return { items, rejected };
}

/**
 * Every log record of a logs message; `id` is given by the caller that knows where the line lives.
 */
export function normalizeLogs(
  resourceLogs: readonly WireResourceLogs[] | undefined,
  receivedNs: EpochNs,
): Normalized<Omit<LogLine, 'id'>> {
  const items: Omit<LogLine, 'id'>[] = [];
  const rejected: string[] = [];
  for (const group of list(resourceLogs)) {
    const resource = attributesOf(group?.resource?.attributes);
    for (const scoped of list(group?.scopeLogs)) {
      for (const wire of list(scoped?.logRecords)) {
        if (typeof wire !== 'object' || wire === null)
          rejected.push('a log record is not an object');
        else items.push(logOf(wire, resource, receivedNs));
      }
    }
  }
  return { items, rejected };
}

function spanOf(wire: WireSpan | null, resource: Attributes, scope: string): Span | string {
  if (typeof wire !== 'object' || wire === null) return 'a span is not an object';
  const traceId = traceIdOf(wire.traceId);
  const spanId = spanIdOf(wire.spanId);
  if (!traceId || !spanId) return 'a span has no valid trace id or span id';
  const startNs = nanos(wire.startTimeUnixNano);
  const endNs = nanos(wire.endTimeUnixNano);
  if (startNs === undefined || startNs === 0n) return 'a span has no valid start time';
  const reported = {
    kind: KINDS[enumOf(wire.kind, 'SPAN_KIND_', KIND_NAMES)] ?? 'internal',
    status: STATUSES[enumOf(wire.status?.code, 'STATUS_CODE_', STATUS_NAMES)] ?? 'unset',
    attributes: attributesOf(wire.attributes),
    events: list(wire.events).map((event) => ({
      timeNs: nanos(event?.timeUnixNano) ?? startNs,
      name: text(event?.name),
      attributes: attributesOf(event?.attributes),
    })),
    ended: endNs !== undefined && endNs !== 0n,
  };
  return {
    traceId,
    spanId,
    parentSpanId: spanIdOf(wire.parentSpanId),
    name: text(wire.name),
    startNs,
    // An end before the start is a fault of the sender's clock: the span is kept, with no length.
    endNs: endNs === undefined || endNs < startNs ? startNs : endNs,
    ...reported,
    outcome: outcomeOf(reported),
    statusMessage: text(wire.status?.message),
    service: serviceOf(resource),
    resource,
    scope,
    links: list(wire.links).flatMap((link) => {
      const linkedTrace = traceIdOf(link?.traceId);
      const linkedSpan = spanIdOf(link?.spanId);
      return linkedTrace && linkedSpan
        ? [{ traceId: linkedTrace, spanId: linkedSpan, attributes: attributesOf(link?.attributes) }]
        : [];
    }),
  };
}

function logOf(
  wire: WireLogRecord,
  resource: Attributes,
  receivedNs: EpochNs,
): Omit<LogLine, 'id'> {
  const attributes = attributesOf(wire.attributes);
  const value = wire.body ? valueOf(wire.body, 0) : '';
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  const own = { traceId: traceIdOf(wire.traceId), spanId: spanIdOf(wire.spanId) };
  const level = levelOfRecord(wire);
  // Reading a text takes time: only where the record itself leaves something open.
  const isWhole = own.traceId && own.spanId && level.level !== 'unknown';
  const line = isWhole ? undefined : parseLine(body);
  const fields = line ? [attributes, line.fields] : [attributes];
  const time = nanos(wire.timeUnixNano) || nanos(wire.observedTimeUnixNano);
  return {
    timeNs: time || receivedNs,
    ...(level.level === 'unknown' ? levelOfAny(fields, level) : level),
    body,
    service: serviceOf(resource),
    ...idsOfLine([own, ...fields, resource], line?.text ?? ''),
    attributes,
    resource,
  };
}

function levelOfRecord({ severityNumber, severityText }: WireLogRecord): ReportedLevel {
  const reported = reportedLevel(text(severityText));
  const name = text(severityNumber).replace('SEVERITY_NUMBER_', '');
  const number = typeof severityNumber === 'number' ? severityNumber : Number(name || NaN);
  const level = Number.isNaN(number) ? levelOfText(name) : levelOfSeverity(number);
  return level === 'unknown' ? reported : { ...reported, level };
}

function levelOfAny(
  fields: readonly Readonly<Record<string, unknown>>[],
  otherwise: ReportedLevel,
): ReportedLevel {
  return fields.map(levelOfFields).find(({ level }) => level !== 'unknown') ?? otherwise;
}

export function serviceOf(resource: Attributes): string {
  const name = resource['service.name'];
  return typeof name === 'string' && name ? name : 'unknown_service';
}

export function attributesOf(pairs: readonly WireKeyValue[] | undefined | null): Attributes {
  const attributes: Record<string, AttributeValue> = Object.create(null);
  for (const pair of list(pairs)) {
    if (typeof pair?.key === 'string' && pair.key && pair.value)
      attributes[storable(pair.key)] = valueOf(pair.value, 0);
  }
  return attributes;
}

/**
 * Own fields only: a decoded protobuf message inherits the default of every field that is not
 * there.
 */
function valueOf(value: WireValue, depth: number): AttributeValue {
  if (typeof value !== 'object') return '';
  const has = (field: keyof WireValue) =>
    Object.hasOwn(value, field) && value[field] !== undefined && value[field] !== null;
  if (has('stringValue')) return text(value.stringValue);
  if (has('boolValue')) return value.boolValue === true;
  if (has('intValue')) {
    const digits = digitsOf(value.intValue);
    const number = Number(digits);
    return Number.isSafeInteger(number) ? number : storable(digits);
  }
  if (has('doubleValue')) {
    const number = typeof value.doubleValue === 'object' ? NaN : Number(value.doubleValue);
    if (Number.isFinite(number)) return number;
    return typeof value.doubleValue === 'string' ? text(value.doubleValue) : '';
  }
  if (depth >= MAX_DEPTH) return '…';
  if (has('arrayValue'))
    return list(value.arrayValue!.values).map((item) => (item ? valueOf(item, depth + 1) : ''));
  if (has('kvlistValue')) {
    return Object.fromEntries(
      list(value.kvlistValue!.values).flatMap((pair) =>
        typeof pair?.key === 'string' && pair.value
          ? [[storable(pair.key), valueOf(pair.value, depth + 1)]]
          : [],
      ),
    );
  }
  if (typeof value.bytesValue === 'string' && has('bytesValue')) return storable(value.bytesValue);
  if (value.bytesValue instanceof Uint8Array && has('bytesValue'))
    return Buffer.from(value.bytesValue).toString('base64');
  return '';
}

const list = <Item>(items: readonly Item[] | undefined | null): readonly Item[] =>
  Array.isArray(items) ? items : [];
/** Postgres stores no NUL, and a lone surrogate is no UTF-8. */
const storable = (value: string): string =>
  (value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value).toWellFormed();
const text = (value: unknown): string => (typeof value === 'string' ? storable(value) : '');

/**
 * A whole number as its digits, whatever it came as; nothing for what is none. protobufjs gives 64
 * bits as its own Long.
 */
function digitsOf(value: WireNumber): string {
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : '';
  const long = protobuf.util.Long as unknown as { isLong(value: unknown): boolean } | undefined;
  return long?.isLong(value) ? value!.toString() : '';
}

function nanos(value: WireNumber): EpochNs | undefined {
  const digits = digitsOf(value);
  if (!/^\d{1,19}$/.test(digits)) return undefined;
  const ns = BigInt(digits);
  return ns < MAX_NS ? epochNs(ns) : undefined;
}

/** A position as a number or as digits, or a name: in any case, with its prefix or without. */
function enumOf(
  value: number | string | undefined,
  prefix: string,
  names: readonly string[],
): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  const word = value.toUpperCase().replace(prefix, '');
  return /^\d+$/.test(word) ? Number(word) : names.indexOf(word);
}

const traceIdOf = (id: WireId): TraceId | undefined => withHex(id, 32, asTraceId);
const spanIdOf = (id: WireId): SpanId | undefined => withHex(id, 16, asSpanId);

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
