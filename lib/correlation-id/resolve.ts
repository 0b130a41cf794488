// Pure: runs in browsers too.
import {
  asSearchId,
  asSpanId,
  asTraceId,
  type CorrelationId,
  type SpanId,
  type TraceId,
} from './grammar';
import { LABELLED, ULID, UUID } from './id-patterns';
import { traceIdsInText } from './ids-in-text';
import { canonicalId } from './spellings';
import { readTraceContext, readTraceId } from './trace-id-formats';

/** What an id was found as. */
export const CANDIDATE_ORIGINS = [
  'a labelled id',
  'a link',
  'traceparent',
  'b3',
  'uber-trace-id',
  'X-Amzn-Trace-Id',
  'X-Cloud-Trace-Context',
  'sentry-trace',
  'Spring',
  'a trace id',
  'a span id',
  'a number of Datadog',
  'a UUID',
  'a ULID',
  'the text itself',
] as const;
export type CandidateOrigin = (typeof CANDIDATE_ORIGINS)[number];

/** What a pasted text may mean, most likely first. */
export type Candidate =
  | { readonly kind: 'correlation-id'; readonly id: CorrelationId; readonly from: CandidateOrigin }
  | { readonly kind: 'trace-id'; readonly id: TraceId; readonly from: CandidateOrigin }
  | { readonly kind: 'span-id'; readonly id: SpanId; readonly from: CandidateOrigin };

/** Longer pastes are read up to here. */
export const MAX_PASTE = 16_384;
const MAX_CANDIDATES = 8;
/** An id, and the punctuation that ended its sentence. */
const MAX_ID = 160;

const HEX = /(?<![0-9A-Za-z-])(?:0x)?([0-9a-f]{32}|[0-9a-f]{16})(?![0-9A-Za-z-])/gi;
/** 16 bytes, padded: few other things look like it. */
const BASE64 = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{21}[AQgw]==(?![A-Za-z0-9=])/g;
const IN_PATH = /\/requests\/([A-Za-z0-9][A-Za-z0-9._:-]{4,127})/g;
/** Jaeger, Zipkin, X-Ray, Google, Datadog: the page of a trace. */
const TRACE_PATH = /\/traces?\/([0-9A-Za-z-]{8,40})(?![0-9A-Za-z-])/g;
/** A value that may be one of a header. */
const TOKEN = /[^\s"'\\,<>()[\]{}|&?]{18,300}/g;
const XRAY = /(?<![0-9A-Za-z])1-([0-9a-f]{8})-([0-9a-f]{24})(?![0-9A-Za-z])/gi;
const DATADOG_UPPER_HALF = /_dd\.p\.tid["'\\]{0,8}\s{0,8}[:=]\s{0,8}["'\\]{0,8}([0-9a-f]{16})/i;
const LONG_NUMBER = /(?<![0-9A-Za-z.-])\d{10,20}(?![0-9A-Za-z.-])/;
/** Hex digits without their leading zeros: of a trace, of a span. A number has no letter. */
const SHORT_TRACE = /^(?:0x[0-9a-f]{17,32}|(?=\d{0,30}[a-f])[0-9a-f]{17,31})$/i;
const SHORT_SPAN = /^(?=\d{0,14}[a-f])[0-9a-f]{13,15}$/i;
const DATADOG_NUMBER = /^\d{17,20}$/;
/** What people and documents put around an id. */
const AROUND = /^[\s"'`“”‘’«»#<>()[\]{},;]$/;
/** What a terminal or a mail broke at the end of a line. */
const BROKEN =
  /(?<![0-9A-Za-z-])([0-9a-f-]{1,54})[ \t]{0,64}\r?\n[ \t]{0,64}([0-9a-f-]{1,54})(?![0-9A-Za-z-])/gi;
const WHOLE =
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|1-[0-9a-f]{8}-[0-9a-f]{24})$/i;
/**
 * Every id found in any pasted text: a bare id, a log line (text or JSON), a header, a URL. Formats:
 * W3C Trace Context, B3, Jaeger, AWS X-Ray, Google Cloud Trace, Datadog, Sentry. What one format
 * claims no other reads again: a header is one thing, whatever its parts look like. The time hidden
 * in an id and its meaning are for the caller to decide.
 */
export function resolvePaste(text: string): Candidate[] {
  const paste = mended(decoded(text.slice(0, MAX_PASTE)));
  return new PasteReader(paste).read().slice(0, MAX_CANDIDATES);
}

/** Reads one paste; what was read is blanked out. */
class PasteReader {
  private readonly found = new Map<string, Candidate>();
  private rest: string;
  /** All of the text, if that should be one id. */
  private readonly whole: string;
  private hasContext = false;

  constructor(private readonly paste: string) {
    this.rest = paste;
    this.whole = unwrapped(paste);
  }

  read(): Candidate[] {
    this.claimEach(LABELLED, ([, id]) => this.addCorrelation(id!, 'a labelled id'));
    this.claimEach(IN_PATH, ([, id]) => this.addCorrelation(id!, 'a link'));
    this.readNamedTraces();
    this.claimEach(TRACE_PATH, ([, id]) => this.addTrace(readTraceId(id!), 'a link'));
    this.claimEach(TOKEN, ([token]) => this.addContext(token));
    if (!this.hasContext) this.claimEach(XRAY, ([value]) => this.addContext(value));
    this.claimEach(HEX, (match) => this.addHex(match));
    this.claimEach(BASE64, ([value]) => this.addTrace(readTraceId(value), 'a trace id'));
    this.readWhole();
    this.claimEach(UUID, ([id]) => this.addCorrelation(id, 'a UUID'));
    this.claimEach(ULID, ([id]) => this.addCorrelation(id, 'a ULID'));
    // A whole paste that fits the grammar may be an id of somebody's own making.
    if (!this.hasContext) this.addCorrelation(this.whole, 'the text itself');
    return [...this.found.values()];
  }

  /** Blanks out every match that `read` makes something of. */
  private claimEach(pattern: RegExp, read: (match: RegExpExecArray) => boolean): void {
    for (const match of [...this.rest.matchAll(pattern)])
      if (read(match)) this.claim(match.index, match.index + match[0].length);
  }

  private claim(from: number, to: number): void {
    this.rest = this.rest.slice(0, from) + ' '.repeat(to - from) + this.rest.slice(to);
  }

  private readNamedTraces(): void {
    for (const { traceId, spanId, format, from, to } of traceIdsInText(this.rest)) {
      this.hasContext ||= format !== undefined;
      this.addTrace(traceId, format ?? 'a trace id');
      if (namesSpan(format)) this.addSpan(spanId, format ?? 'a span id');
      this.claim(from, to);
    }
  }

  /** A header's value, without its name. */
  private addContext(token: string): boolean {
    const context = readTraceContext(token.replace(/[;.:]{1,8}$/, ''));
    if (!context) return false;
    this.hasContext = true;
    this.addTrace(context.traceId, context.format);
    if (namesSpan(context.format)) this.addSpan(context.spanId, context.format);
    return true;
  }

  /** 32 digits are a trace; 16 are a span where they stand alone or a label is near. */
  private addHex({ 1: digits, index }: RegExpExecArray): boolean {
    if (digits!.length === 32) return this.addTrace(asTraceId(digits!), 'a trace id');
    const isNamed = /(?<!parent[-_. ]?)span/i.test(
      this.paste.slice(Math.max(0, index - 16), index),
    );
    const isAlone = /^(?:0x)?$/i.test(this.whole.replace(digits!, ''));
    return (isNamed || isAlone) && this.addSpan(asSpanId(digits!), 'a span id');
  }

  /** What is an id only where nothing else was pasted, or beside the half of one. */
  private readWhole(): void {
    const { whole } = this;
    const upperHalf = DATADOG_UPPER_HALF.exec(this.paste)?.[1];
    const lowerHalf = upperHalf && LONG_NUMBER.exec(this.rest)?.[0];
    if (lowerHalf) this.addTrace(readTraceId(lowerHalf, upperHalf), 'a number of Datadog');
    if (DATADOG_NUMBER.test(whole)) this.addTrace(readTraceId(whole), 'a number of Datadog');
    if (SHORT_TRACE.test(whole)) this.addTrace(readTraceId(whole), 'a trace id');
    if (SHORT_SPAN.test(whole)) this.addSpan(asSpanId(whole), 'a span id');
  }

  private addCorrelation(raw: string, from: CandidateOrigin): boolean {
    const id = raw.length > MAX_ID ? undefined : asSearchId(raw.replace(/[.:-]+$/, ''));
    return id !== undefined && this.add({ kind: 'correlation-id', id, from });
  }

  private addTrace(id: TraceId | undefined, from: CandidateOrigin): boolean {
    return id !== undefined && this.add({ kind: 'trace-id', id, from });
  }

  private addSpan(id: SpanId | undefined, from: CandidateOrigin): boolean {
    return id !== undefined && this.add({ kind: 'span-id', id, from });
  }

  private add(candidate: Candidate): true {
    const key = `${candidate.kind}:${canonicalId(candidate.id)}`;
    if (!this.found.has(key)) this.found.set(key, candidate);
    return true;
  }
}

/** A span beside its trace says no more of the request; these two formats often have none. */
const namesSpan = (format: CandidateOrigin | undefined) =>
  format !== 'uber-trace-id' && format !== 'X-Amzn-Trace-Id';

/** Percent-encoding undone wherever it is one, also where it was encoded twice. */
function decoded(text: string): string {
  const once = (encoded: string) =>
    encoded.replace(/(?:%[0-9a-f]{2})+/gi, (part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        // Pasted text need not be percent-encoded: it is taken as it is.
        return part;
      }
    });
  return once(once(text));
}

/** Without the quotes, brackets and signs that people and documents put around an id. */
function unwrapped(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && AROUND.test(text[from]!)) from += 1;
  while (to > from && AROUND.test(text[to - 1]!)) to -= 1;
  return text.slice(from, to);
}

/** Joins an id that was broken at the end of a line, where both parts make one. */
function mended(text: string): string {
  return text.replace(BROKEN, (broken, first: string, second: string) =>
    WHOLE.test(first + second) ? first + second : broken,
  );
}
