import { CORRELATION_ATTRIBUTE } from '@/lib/correlation-id/grammar';
import { idsOfLine } from '@/lib/correlation-id/ids-in-line';
import type { EpochNs } from '@/lib/time/units';
import { outcomeOf } from '../conventions';
import { parseLine } from '../line-fields';
import {
  levelOfFields,
  levelOfSeverity,
  levelOfText,
  reportedLevel,
  type ReportedLevel,
} from '../log-level';
import type { Attributes, LogLine, Span, SpanKind, SpanLink, SpanStatus } from '../model';
import { rejectItem, type Rejection, type Signal } from '../rejection';
import { itemsOf } from './groups';
import type { WireLogRecord, WireResourceLogs, WireResourceSpans, WireSpan } from './wire';
import {
  attributesOf,
  enumOf,
  list,
  nanos,
  spanIdOf,
  text,
  traceIdOf,
  valueOf,
} from './wire-values';

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

/** What was read, and what could not be. */
export interface Normalized<Item> {
  readonly items: Item[];
  readonly rejected: Rejection[];
}

export interface NormalizedLogs extends Normalized<Omit<LogLine, 'id'>> {
  /** Records that have no time of their own: theirs is the time they came. */
  readonly withoutTime: number;
}

/** Every span of a trace message. A span that cannot be kept is rejected alone; the rest stands. */
export function normalizeSpans(
  resourceSpans: readonly WireResourceSpans[] | undefined,
): Normalized<Span> {
  const items: Span[] = [];
  const rejected: Rejection[] = [];
  const reject = (rejection: Rejection) => rejected.push(rejection);
  for (const { wire, resource, scope } of itemsOf<WireSpan>('traces', resourceSpans, reject)) {
    const span = spanOf(wire, resource, scope);
    if ('reason' in span) rejected.push(span);
    else items.push(span);
  }
  return { items, rejected };
}

/**
 * Every log record of a logs message; `id` is given by the caller that knows where the line lives.
 */
export function normalizeLogs(
  resourceLogs: readonly WireResourceLogs[] | undefined,
  receivedNs: EpochNs,
): NormalizedLogs {
  const items: Omit<LogLine, 'id'>[] = [];
  const rejected: Rejection[] = [];
  let withoutTime = 0;
  const reject = (rejection: Rejection) => rejected.push(rejection);
  for (const { wire, resource } of itemsOf<WireLogRecord>('logs', resourceLogs, reject)) {
    const rejection = notOfSignal('logs', wire);
    if (rejection) {
      rejected.push(rejection);
      continue;
    }
    const timeNs = nanos(wire!.timeUnixNano) || nanos(wire!.observedTimeUnixNano);
    if (!timeNs) withoutTime += 1;
    items.push(logOf(wire!, resource, timeNs || receivedNs));
  }
  return { items, rejected, withoutTime };
}

/** First bytes of fields that an item of the other signal has: its ids, or its times. */
const FOREIGN_FIELDS = { traces: [0x09, 0x59], logs: [0x0a, 0x39] } as const;

/** What is no item, or, as protobuf, one of another signal: its fields have other types. */
function notOfSignal(signal: Signal, wire: object | null): Rejection | undefined {
  if (typeof wire !== 'object' || wire === null || Array.isArray(wire))
    return rejectItem(signal, 'unknown_shape', 'is not an object');
  const { $unknowns } = wire as { $unknowns?: readonly Uint8Array[] };
  const foreign: readonly (number | undefined)[] = FOREIGN_FIELDS[signal];
  if (!$unknowns?.some((field) => foreign.includes(field[0]))) return undefined;
  return rejectItem(signal, 'other_signal', `is of another signal`);
}

function spanOf(wire: WireSpan | null, resource: Attributes, scope: string): Span | Rejection {
  const rejection = notOfSignal('traces', wire);
  if (rejection || !wire) return rejection!;
  const traceId = traceIdOf(wire.traceId);
  const spanId = spanIdOf(wire.spanId);
  if (!traceId || !spanId)
    return rejectItem('traces', 'invalid_id', 'has no valid trace id or span id', { traceId });
  const startNs = nanos(wire.startTimeUnixNano);
  const endNs = nanos(wire.endTimeUnixNano);
  if (startNs === undefined || startNs === 0n)
    return rejectItem('traces', 'invalid_time', 'has no valid start time', { traceId });
  const links = list(wire.links).map(linkOf);
  const readable = links.filter((link) => link !== undefined);
  const reported = {
    kind: KINDS[enumOf(wire.kind, 'SPAN_KIND_', KIND_NAMES)] ?? 'internal',
    status: STATUSES[enumOf(wire.status?.code, 'STATUS_CODE_', STATUS_NAMES)] ?? 'unset',
    attributes: withDropped(attributesOf(wire.attributes), {
      attributes: Number(wire.droppedAttributesCount ?? 0),
      events: Number(wire.droppedEventsCount ?? 0),
      links: Number(wire.droppedLinksCount ?? 0) + links.length - readable.length,
    }),
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
    links: readable,
  };
}

function linkOf(link: NonNullable<WireSpan['links']>[number]): SpanLink | undefined {
  const traceId = traceIdOf(link?.traceId);
  const spanId = spanIdOf(link?.spanId);
  if (!traceId || !spanId) return undefined;
  return { traceId, spanId, attributes: attributesOf(link.attributes) };
}

/**
 * What its SDK left out, and links that cannot be read, under OpenTelemetry's names for formats that
 * have no field for them: `otel.dropped_links_count`.
 */
function withDropped(attributes: Attributes, counts: Readonly<Record<string, number>>): Attributes {
  const dropped = Object.entries(counts).filter(([, count]) => count > 0);
  if (dropped.length === 0) return attributes;
  const named = dropped.map(([what, count]) => [`otel.dropped_${what}_count`, count]);
  return { ...attributes, ...Object.fromEntries(named) };
}

function logOf(wire: WireLogRecord, resource: Attributes, timeNs: EpochNs): Omit<LogLine, 'id'> {
  const eventName = text(wire.eventName);
  const sent = attributesOf(wire.attributes);
  const named = eventName ? { 'event.name': eventName, ...sent } : sent;
  const attributes = withDropped(named, { attributes: Number(wire.droppedAttributesCount ?? 0) });
  const value = wire.body ? valueOf(wire.body) : '';
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  const own = { traceId: traceIdOf(wire.traceId), spanId: spanIdOf(wire.spanId) };
  const level = levelOfRecord(wire);
  // Reading a text takes time: only where the record itself leaves something open.
  const isWhole = own.traceId && own.spanId && level.level !== 'unknown';
  const line = isWhole ? undefined : parseLine(body);
  const fields = line ? [attributes, line.fields] : [attributes];
  const ofResource = { [CORRELATION_ATTRIBUTE]: resource[CORRELATION_ATTRIBUTE] };
  return {
    timeNs,
    ...(level.level === 'unknown' ? levelOfAny(fields, level) : level),
    body,
    service: serviceOf(resource),
    ...idsOfLine([own, ...fields, ofResource], line?.text ?? ''),
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
