import type { CorrelationId, SpanId, TraceId } from '@/lib/correlation-id/grammar';
import type { CallBudget } from '@/lib/http/call-budget';
import type { EpochMs, EpochNs, Window } from '@/lib/time/units';
import type { SpanOutcome } from './conventions';
import type { CulpritSummary } from './culprit';
import type { PartialReason } from './partial-reason';

/** The one shape of telemetry inside the portal, whatever backend it came from. */
export type AttributeValue =
  | string
  | number
  | boolean
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type SpanStatus = 'unset' | 'ok' | 'error';

export interface SpanEvent {
  readonly timeNs: EpochNs;
  readonly name: string;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly attributes: Attributes;
}

/** Why a time cannot be true. */
export type ImplausibleReason =
  'wrong_unit' | 'too_early' | 'in_future' | 'too_long' | 'far_from_trace';

/** What was sent where nanoseconds belong. */
export type WrongUnit = 'seconds' | 'milliseconds' | 'microseconds';

/** What makes a time implausible, and what was reported. */
export interface ImplausibleTime {
  readonly reason: ImplausibleReason;
  /** With `wrong_unit`. */
  readonly unit?: WrongUnit;
}

export interface Span {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly parentSpanId: SpanId | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startNs: EpochNs;
  /** Its start, while it has no end. */
  readonly endNs: EpochNs;
  /** It has an end; one without is running still, or was never finished. */
  readonly ended: boolean;
  /** As its sender reported it: what became of it is its outcome. */
  readonly status: SpanStatus;
  readonly outcome: SpanOutcome;
  readonly statusMessage: string;
  readonly service: string;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly scope: string;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /**
   * Set when its times cannot be true: what they were reported as. Its start and end are then only
   * where it stands among the others.
   */
  readonly implausible?: ImplausibleTime & { readonly startNs: EpochNs; readonly endNs: EpochNs };
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

export interface LogLine {
  readonly timeNs: EpochNs;
  /** Stable among lines of one source, also for lines that share a nanosecond and a text. */
  readonly id: string;
  readonly level: LogLevel;
  /** The word or number that its level was read from, where that says more than the level. */
  readonly severityText?: string | undefined;
  readonly body: string;
  readonly service: string;
  readonly traceId: TraceId | undefined;
  readonly spanId: SpanId | undefined;
  readonly correlationId: CorrelationId | undefined;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  /** The labels of the stream it stands in, where its source has streams. */
  readonly stream?: Readonly<Record<string, string>>;
  /** Set when its time cannot be true: what it was reported as. */
  readonly implausible?: ImplausibleTime & { readonly timeNs: EpochNs };
}

/**
 * `value` is null where the backend has no sample or the sample is NaN or infinite: a gap, never
 * zero.
 */
export interface Point {
  readonly timeMs: EpochMs;
  readonly value: number | null;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

export interface Exemplar {
  readonly timeMs: EpochMs;
  readonly value: number;
  readonly traceId: TraceId | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a source gave, and every reason why that may not be all. */
export interface Answer<Data> {
  readonly data: Data;
  readonly partial: readonly PartialReason[];
}

/** One trace found. */
export interface TraceHit {
  readonly traceId: TraceId;
  /** All spans of it, from a source for which finding a trace and reading it is one question. */
  readonly spans?: readonly Span[];
}

/**
 * A request on a list, by the root that decided its outcome: of its first operation the last
 * attempt, or what failed of the rest.
 */
export interface RootSummary {
  readonly traceId: TraceId;
  readonly correlationId: CorrelationId | undefined;
  readonly service: string;
  readonly name: string;
  readonly startNs: EpochNs;
  readonly durationNs: bigint;
  readonly outcome: SpanOutcome;
  /** Without an end nothing is known of its success, nor of its duration. */
  readonly ended: boolean;
  readonly status: string;
}

export interface FailedRequest extends RootSummary {
  /** What explains the failure; undefined where its spans were not read, which `partial` says. */
  readonly culprit: CulpritSummary | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** What the calls to the backend count against. */
  readonly budget?: CallBudget | undefined;
}

export interface RecentQuery {
  readonly state: 'failed' | 'succeeded' | 'slow' | 'all';
  readonly service?: string | undefined;
  readonly window: Window;
  readonly limit: number;
  /**
   * The newest, if nothing is said. A source that cannot tell the slowest gives the newest, and
   * says so.
   */
  readonly order?: 'newest' | 'slowest';
  /** Only those with a span like this. */
  readonly spanFilter?: SpanFilter | undefined;
}

/** All requests of a window that failed. */
export interface FailuresQuery {
  readonly service?: string | undefined;
  readonly window: Window;
  /** So many at most: a sample in which rare operations stay, where the source can choose. */
  readonly limit: number;
  /** Only those with a span like this. */
  readonly spanFilter?: SpanFilter | undefined;
}

/** Failed requests, newest first, and how many there are. */
export interface Failures {
  readonly requests: readonly FailedRequest[];
  /** How many failed, read or not; undefined where the source cannot tell. */
  readonly failedTotal: number | undefined;
  /** How many requests there were, whatever their state. */
  readonly total: number | undefined;
}

/**
 * What one span of a request is like: where it ran, under which name, whether it failed, what it
 * carries.
 */
export interface SpanFilter {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly pod?: string | undefined;
  /** A pattern that the whole name of its pod is like. */
  readonly podPattern?: string | undefined;
  readonly node?: string | undefined;
  readonly namespace?: string | undefined;
  readonly failed?: boolean | undefined;
  /** It took at least so long. */
  readonly minDurationNs?: bigint | undefined;
  /** Attributes that it or its resource has: with this value, or with any. */
  readonly attributes?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Answers for spans. Every method throws OutboundError when the backend fails. */
export interface TraceSource {
  readonly name: string;
  /** Answers an id from an index, however wide the window: asked once, not in widening slices. */
  readonly indexed: boolean;
  /** So long after it was stored a span may not be found by its attributes yet. */
  readonly searchLagMs: number;
  /**
   * Traces with a span that carries the id, as its correlation id or in a lookup attribute, and
   * that started in the window.
   */
  find(
    id: CorrelationId,
    window: Window,
    options: CallOptions,
  ): Promise<Answer<readonly TraceHit[]>>;
  /** All spans of one trace, whenever they were; none if it is unknown. */
  fetch(traceId: TraceId, options: CallOptions): Promise<Answer<readonly Span[]>>;
  /**
   * Newest first. `total` counts the requests of the window, whatever their state, where the source
   * can tell.
   */
  recent(
    query: RecentQuery,
    options: CallOptions,
  ): Promise<
    Answer<{ readonly roots: readonly RootSummary[]; readonly total: number | undefined }>
  >;
  /**
   * The failed requests of a window with what explains each. What was left out, `partial` says.
   */
  failures(query: FailuresQuery, options: CallOptions): Promise<Answer<Failures>>;
  /** The trace a span id belongs to; a source that cannot search by it answers with none. */
  traceOfSpan(spanId: SpanId, window: Window, options: CallOptions): Promise<TraceId | undefined>;
  ping(options: CallOptions): Promise<string>;
}

/** Answers for logs: oldest first, nothing twice. */
export interface LogSource {
  readonly name: string;
  readonly indexed: boolean;
  byCorrelationId(
    id: CorrelationId,
    window: Window,
    options: CallOptions,
  ): Promise<Answer<readonly LogLine[]>>;
  byTrace(
    traceIds: readonly TraceId[],
    window: Window,
    options: CallOptions,
  ): Promise<Answer<readonly LogLine[]>>;
  /** The lines of the same stream just before and just after a line, whatever they carry. */
  around(
    line: LogLine,
    count: number,
    options: CallOptions,
  ): Promise<Answer<{ readonly before: readonly LogLine[]; readonly after: readonly LogLine[] }>>;
  /**
   * What happened to the cluster: the lines of the service that its events are kept under, the
   * newest where there are too many.
   */
  clusterEvents(window: Window, options: CallOptions): Promise<Answer<readonly LogLine[]>>;
  ping(options: CallOptions): Promise<string>;
}

/** Answers PromQL. */
export interface MetricSource {
  readonly name: string;
  instant(
    promql: string,
    timeMs: EpochMs,
    options: CallOptions,
  ): Promise<Answer<readonly Series[]>>;
  range(
    promql: string,
    window: Window,
    stepSeconds: number,
    options: CallOptions,
  ): Promise<Answer<readonly Series[]>>;
  exemplars(
    promql: string,
    window: Window,
    options: CallOptions,
  ): Promise<Answer<readonly Exemplar[]>>;
  /** The rules it evaluates itself; none where it has no such list. */
  rules(options: CallOptions): Promise<Answer<RuleList>>;
  ping(options: CallOptions): Promise<string>;
}

export interface AlertingRule {
  readonly name: string;
  /** PromQL, as the server has it. */
  readonly query: string;
  /** How long it has to hold before it fires (`for`). */
  readonly holdMs: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** A rule whose result is kept as a series of its own. */
export interface RecordingRule {
  readonly name: string;
  /** PromQL, as the server has it. */
  readonly query: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface RuleList {
  readonly alerting: readonly AlertingRule[];
  readonly recording: readonly RecordingRule[];
}

/** An alert in a cluster member's own list. */
export interface CurrentAlert {
  readonly fingerprint: string;
  /** Suppressed: silenced or inhibited, but firing all the same. */
  readonly state: 'active' | 'suppressed' | 'unprocessed';
  readonly startMs: EpochMs;
  readonly updatedMs: EpochMs;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorUrl: string | null;
  readonly receivers: readonly string[];
}

export interface Silence {
  readonly labels: Readonly<Record<string, string>>;
  readonly untilMs: EpochMs;
  readonly by: string;
  readonly comment: string;
}

/** One member of an Alertmanager cluster. */
export interface AlertSource {
  readonly name: string;
  current(options: CallOptions): Promise<readonly CurrentAlert[]>;
  startedMs(options: CallOptions): Promise<EpochMs>;
  /** @returns the silence's id; one with the same comment that still holds is taken for it. */
  silence(silence: Silence, options: CallOptions): Promise<string>;
  /** Ends a silence; one that is gone already is no fault. */
  endSilence(id: string, options: CallOptions): Promise<void>;
}
