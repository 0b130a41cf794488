// Pure: runs in browsers too.
import type { SpanId, TraceId } from './grammar';
import {
  readDecimalSpanId,
  readDecimalTraceId,
  readSpanId,
  readTraceContext,
  readTraceId,
  type TraceContext,
} from './trace-id-formats';

/**
 * Reads ids where a text names them or writes them in a form that nothing else has. Hex digits that
 * merely stand there may be a checksum. Every pattern is bounded and begins at the edge of a word,
 * so that time grows with the length of the text alone.
 */

/** What may stand between a name and its value: quotes, escaped or not, of JSON and its like. */
const BETWEEN = String.raw`["'\\]{0,8}[ \t]{0,8}(?:=>|[:=>])[ \t]{0,8}["'\\]{0,8}`;
const VALUE = String.raw`([^\s"'\\,&<>()[\]{}|]{1,300})`;
const EDGE = String.raw`(?<![A-Za-z0-9_.-])`;
const PREFIXES = [
  'otel[-_.]?',
  'dd[-_.]',
  'x[-_]b3[-_]',
  'x[-_]datadog[-_]',
  'uber[-_]',
  'lb[-_.]',
  '(?:lb[-_.])?x[-_]amzn[-_]',
  'amzn[-_]',
  'aws[-_.]',
  'x[-_]?ray[-_ ]',
  'mdc[-_.]',
  'ctx[-_.]',
  'context[-_.]',
];
const PREFIX = `(?:${PREFIXES.join('|')})?`;
const TRACE_NAME = `(${PREFIX}trace[-_. ]?id)`;
const SPAN_NAME = `(${PREFIX}(?:span|segment)[-_. ]?id)`;
const HEADER_NAME = '(traceparent|b3|sentry[-_]trace|(?:lb[-_.])?x[-_]cloud[-_]trace[-_]context)';
const GOOGLE_SPAN_NAME = String.raw`(logging\.googleapis\.com/spanId)`;
const NAME = `(?:${[TRACE_NAME, SPAN_NAME, HEADER_NAME, GOOGLE_SPAN_NAME].join('|')})`;

/** A name for a trace, a name for a span, or a header that has both, or Google's name of a span. */
const LABELLED = new RegExp(`${EDGE}${NAME}${BETWEEN}${VALUE}`, 'gi');
/** The upper 64 bits of a trace id of Datadog. */
const DATADOG_UPPER_HALF = new RegExp(
  String.raw`_dd\.p\.tid${BETWEEN}([0-9a-f]{16})(?![0-9a-f])`,
  'i',
);
const DATADOG_NAME = /^(?:dd|x[-_]datadog)[-_.]/i;
const TRACEPARENT =
  /(?<![0-9A-Za-z-])(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?![0-9A-Za-z])/gi;
/** Spring Boot: `[app,TRACE,SPAN]`, since 3 `[TRACE-SPAN]`. */
const SPRING =
  /\[(?:[^[\],]{0,128},([0-9a-f]{32}|[0-9a-f]{16}),([0-9a-f]{16})(?:,[a-z]{0,5})?|([0-9a-f]{32})-([0-9a-f]{16}))\]/gi;
const GOOGLE_NAME = /(?<![\w/])projects\/[^/\s"']{1,128}\/traces\/[0-9a-f]{32}(?![0-9a-z])/gi;
/** Part of a header that has blanks, or of an access log of a load balancer. */
const XRAY_ROOT = /(?<![A-Za-z0-9])Root=1-[0-9a-f]{8}-[0-9a-f]{24}(?![0-9a-z])/gi;

/** One id of a trace or a span, and where in the text it stands. */
export interface FoundId {
  readonly traceId: TraceId | undefined;
  readonly spanId: SpanId | undefined;
  /** Nothing where the id has a name of its own. */
  readonly format: TraceContext['format'] | 'Spring' | undefined;
  readonly from: number;
  readonly to: number;
}

/** Every trace and span id that a text names or writes unmistakably, in the order of its forms. */
export function traceIdsInText(text: string): FoundId[] {
  return [...labelled(text), ...wellFormed(text)];
}

function labelled(text: string): FoundId[] {
  const upperHalf = DATADOG_UPPER_HALF.exec(text)?.[1];
  return [...text.matchAll(LABELLED)].flatMap((match): FoundId[] => {
    const [whole, traceName, spanName, headerName] = match;
    const value = match[5]!.replace(/[;.:]{1,8}$/, '');
    const place = { from: match.index, to: match.index + whole.length };
    if (headerName !== undefined) {
      const context = readTraceContext(value);
      if (!context) return [];
      const isSentry = /^sentry/i.test(headerName);
      return [{ ...context, ...(isSentry && { format: 'sentry-trace' as const }), ...place }];
    }
    if (traceName !== undefined) {
      const context = readTraceContext(value);
      if (context) return [{ ...context, ...place }];
      const traceId = DATADOG_NAME.test(traceName)
        ? readDecimalTraceId(value, upperHalf)
        : readTraceId(value, upperHalf);
      return traceId ? [{ traceId, spanId: undefined, format: undefined, ...place }] : [];
    }
    const isDatadog = spanName !== undefined && DATADOG_NAME.test(spanName);
    const spanId = isDatadog ? readDecimalSpanId(value) : readSpanId(value);
    return spanId ? [{ traceId: undefined, spanId, format: undefined, ...place }] : [];
  });
}

function wellFormed(text: string): FoundId[] {
  const found: FoundId[] = [];
  const add = (
    pattern: RegExp,
    read: (match: RegExpExecArray) => Omit<FoundId, 'from' | 'to'> | undefined,
  ) => {
    for (const match of text.matchAll(pattern)) {
      const ids = read(match);
      if (ids?.traceId)
        found.push({ ...ids, from: match.index, to: match.index + match[0].length });
    }
  };
  add(TRACEPARENT, ([value]) => readTraceContext(value));
  add(SPRING, (match) => ({
    traceId: readTraceId(match[1] ?? match[3]!),
    spanId: readSpanId(match[2] ?? match[4]!),
    format: 'Spring',
  }));
  add(XRAY_ROOT, ([value]) => readTraceContext(value));
  add(GOOGLE_NAME, ([value]) => ({
    traceId: readTraceId(value),
    spanId: undefined,
    format: undefined,
  }));
  return found;
}
