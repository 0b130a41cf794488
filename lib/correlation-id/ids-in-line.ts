import { asCorrelationId, type CorrelationId, type SpanId, type TraceId } from './grammar';
import { traceIdsInText } from './ids-in-text';
import {
  readDecimalSpanId,
  readDecimalTraceId,
  readSpanId,
  readTraceContext,
  readTraceId,
} from './trace-id-formats';

/** The ids of a log line, as far as it says any. */
export interface LineIds {
  readonly traceId: TraceId | undefined;
  readonly spanId: SpanId | undefined;
  readonly correlationId: CorrelationId | undefined;
}

/** Fields of a line by name: attributes, labels, or what was parsed out of its text. */
export type LineFields = Readonly<Record<string, unknown>>;

/** Longer texts are read up to here. */
const MAX_TEXT = 65_536;

/** Names without case, `_` and `-`; the dots of nested fields stay. */
const TRACE_NAMES = new Set([
  'traceid',
  'trace.id',
  'oteltraceid',
  'otel.traceid',
  'xb3traceid',
  'ubertraceid',
  'xamzntraceid',
  'amzntraceid',
  'lb.traceid',
  'lb.xamzntraceid',
  'xraytraceid',
  'aws.xray.traceid',
  'logging.googleapis.com/trace',
]);
/** Headers that have both. */
const CONTEXT_NAMES = new Set([
  'traceparent',
  'b3',
  'sentrytrace',
  'xcloudtracecontext',
  'lb.xcloudtracecontext',
]);
const SPAN_NAMES = new Set([
  'spanid',
  'span.id',
  'otelspanid',
  'otel.spanid',
  'xb3spanid',
  'logging.googleapis.com/spanid',
]);
const DATADOG_TRACE_NAMES = new Set(['dd.traceid', 'ddtraceid', 'xdatadogtraceid']);
const DATADOG_SPAN_NAMES = new Set(['dd.spanid', 'ddspanid', 'xdatadogparentid']);
const DATADOG_UPPER_HALF = 'dd.p.tid';
/** Google Cloud Logging keeps the name of the trace in it; elsewhere it may be a stack trace. */
const GOOGLE_TRACE = /^projects\/[^/]{1,128}\/traces\/[0-9a-f]{32}$/i;
const CORRELATION_NAMES = new Set(['correlationid', 'xcorrelationid']);
/** Where libraries put the context of a line, by the names of fields nested in them. */
const CONTAINER =
  /^(?:mdc|contextmap|context|ctx|properties|scopes|attributes|resource|fields|labels|extra|record|span|otel|jsonpayload|data)\./;

const UPPER_HALF = /^[0-9a-f]{16}$/i;

/** The ids that fields name; nothing for a field that is empty, all zero or no id. */
export function idsOfFields(fields: LineFields): LineIds {
  const values = namedValues(fields);
  const first = <Id>(names: ReadonlySet<string>, read: (value: string) => Id | undefined) => {
    for (const name of names) {
      const value = values.get(name);
      const id = value === undefined ? undefined : read(value);
      if (id !== undefined) return id;
    }
    return undefined;
  };
  const tid = values.get(DATADOG_UPPER_HALF) ?? '';
  const upperHalf = UPPER_HALF.test(tid) ? tid : '';
  const google = values.get('trace') ?? '';
  const traceId =
    first(TRACE_NAMES, (value) => readTraceId(value)) ??
    first(CONTEXT_NAMES, (value) => readTraceContext(value)?.traceId) ??
    (GOOGLE_TRACE.test(google) ? readTraceId(google) : undefined) ??
    first(DATADOG_TRACE_NAMES, (value) => readDecimalTraceId(value, upperHalf));
  return {
    traceId,
    spanId:
      first(SPAN_NAMES, readSpanId) ??
      first(TRACE_NAMES, (value) => readTraceContext(value)?.spanId) ??
      first(CONTEXT_NAMES, (value) => readTraceContext(value)?.spanId) ??
      first(DATADOG_SPAN_NAMES, readDecimalSpanId),
    correlationId: first(CORRELATION_NAMES, asCorrelationId),
  };
}

function namedValues(fields: LineFields): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const plain = name.toLowerCase().replace(/^_/, '').replace(/[_-]/g, '');
    const inside = plain.replace(CONTAINER, '');
    if (!values.has(plain)) values.set(plain, String(value));
    if (!values.has(inside)) values.set(inside, String(value));
  }
  return values;
}

/** The ids that a text names, or writes in a form that nothing else has. */
export function idsOfText(text: string): Omit<LineIds, 'correlationId'> {
  const found = traceIdsInText(text.slice(0, MAX_TEXT));
  const withTrace = found.find(({ traceId }) => traceId !== undefined);
  const spanId =
    withTrace?.spanId ?? found.find((each) => each.traceId === undefined && each.spanId)?.spanId;
  return { traceId: withTrace?.traceId, spanId };
}

/**
 * The ids of a line: of the first group of fields that names a trace, else of its text. A span
 * belongs to the trace it stands beside: one that is named beside another trace is left out.
 * @param groups what is said of the line, surest first
 */
export function idsOfLine(groups: readonly LineFields[], text: string): LineIds {
  const named = groups.map(idsOfFields);
  const correlationId = named.find((ids) => ids.correlationId)?.correlationId;
  const inFields = combined(named);
  if (inFields.traceId && inFields.spanId) return { ...inFields, correlationId };
  return { ...combined([...named, idsOfText(text)]), correlationId };
}

function combined(
  places: readonly Omit<LineIds, 'correlationId'>[],
): Omit<LineIds, 'correlationId'> {
  const traceId = places.find((ids) => ids.traceId)?.traceId;
  const beside = places.find(
    (ids) => ids.spanId && (ids.traceId === undefined || ids.traceId === traceId),
  );
  return { traceId, spanId: beside?.spanId };
}
