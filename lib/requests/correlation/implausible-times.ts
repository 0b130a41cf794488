import type { ImplausibleTime, LogLine, Span, WrongUnit } from '@/lib/telemetry/model';
import { DAY_NS, type EpochNs } from '@/lib/time/units';

/** 2010-01-01: older is nothing that is traced; clocks that were never set begin at 1970 or 2000. */
const EARLIEST_NS = 1_262_304_000n * 1_000_000_000n;
/** Clocks of the wrong time zone are less than this ahead. */
const AHEAD_NS = DAY_NS;
/** A span cannot last longer: so long may a workflow run of GitHub Actions take. */
const LONGEST_SPAN_NS = 35n * DAY_NS;
/** Spans of one trace that lie further apart than this are not of one time. */
const GAP_NS = DAY_NS;
/** A message waits no longer: so long does Amazon SQS keep one. */
const LONGEST_WAIT_NS = 14n * DAY_NS;

const UNITS: readonly { readonly unit: WrongUnit; readonly factor: bigint }[] = [
  { unit: 'microseconds', factor: 1_000n },
  { unit: 'milliseconds', factor: 1_000_000n },
  { unit: 'seconds', factor: 1_000_000_000n },
];

export interface Telemetry {
  readonly spans: readonly Span[];
  readonly lines: readonly LogLine[];
}

/** What is wrong with the times of one span; nothing where both can be true. */
interface Flaws {
  start?: ImplausibleTime;
  end?: ImplausibleTime;
}

/**
 * Sets apart what has a time that cannot belong to the request: a time before 2010 or more than a
 * day ahead (also as another unit taken for nanoseconds), a span of more than 35 days, a line more
 * than a day before its span, and spans of a trace that lie more than a day from a parent or child
 * of theirs, unless they took a message. Of times that contradict each other those hold that more
 * services report, then more spans, then the root. Traces are not held against each other: an id
 * may be used again days later.
 *
 * What is set apart gets the time of its nearest ancestor that has a place, and no length, so that
 * nothing which comes after has to know of it; what its sender reported is kept in `implausible`.
 * Where no time can be true, those that most agree on are taken for true. Pure.
 */
export function placeImplausibleTimes(telemetry: Telemetry, nowNs: bigint): Telemetry {
  const { spans, lines } = telemetry;
  const flaws = flawsOf(spans, lines, nowNs);
  const timed = spans.filter((span) => !flaws.get(span)?.start);
  const times = timed.length ? timed.map(({ startNs }) => startNs) : plausibleTimes(lines, nowNs);
  if (times.length === 0) return telemetry;
  const firstNs = times.reduce((a, b) => (a < b ? a : b));
  const placed = flaws.size === 0 ? spans : placeSpans(spans, timed, flaws, firstNs);
  return { spans: placed, lines: placeLines(lines, placed, firstNs, nowNs) };
}

const plausibleTimes = (lines: readonly LogLine[], nowNs: bigint): EpochNs[] =>
  lines.map(({ timeNs }) => timeNs).filter((timeNs) => isPlausibleTime(timeNs, nowNs));

/** Whether an instant can be one of telemetry at all. */
export const isPlausibleTime = (ns: bigint, nowNs: bigint): boolean =>
  ns >= EARLIEST_NS && ns <= nowNs + AHEAD_NS;

function flawsOf(
  spans: readonly Span[],
  lines: readonly LogLine[],
  nowNs: bigint,
): ReadonlyMap<Span, Flaws> {
  const flaws = new Map<Span, Flaws>();
  const flawed = (span: Span) => {
    const known = flaws.get(span) ?? {};
    flaws.set(span, known);
    return known;
  };
  for (const span of spans) {
    const start = flawOfInstant(span.startNs, nowNs);
    if (start) flawed(span).start = start;
    if (span.endNs - span.startNs > LONGEST_SPAN_NS) flawed(span).end = { reason: 'too_long' };
    else if (span.endNs > nowNs + AHEAD_NS) flawed(span).end = { reason: 'in_future' };
  }
  const hasTrueTime =
    spans.some((span) => !flaws.get(span)?.start) ||
    lines.some((line) => isPlausibleTime(line.timeNs, nowNs));
  if (!hasTrueTime) acceptLargestCluster(spans, flaws);
  for (const trace of Map.groupBy(spans, ({ traceId }) => traceId).values()) {
    const timed = trace.filter((span) => !flaws.get(span)?.start && !isMoved(span));
    for (const span of contradicted(timed, flaws))
      flawed(span).start = { reason: 'far_from_trace' };
  }
  return flaws;
}

/** Set apart before, away from where it said it was. */
const isMoved = ({ startNs, implausible }: Span): boolean =>
  implausible !== undefined && implausible.startNs !== startNs;

function flawOfInstant(ns: bigint, nowNs: bigint): ImplausibleTime | undefined {
  if (ns > nowNs + AHEAD_NS) return { reason: 'in_future' };
  if (ns >= EARLIEST_NS) return undefined;
  const unit = UNITS.find(({ factor }) => isPlausibleTime(ns * factor, nowNs))?.unit;
  return unit ? { reason: 'wrong_unit', unit } : { reason: 'too_early' };
}

/** All clocks are wrong: what most of them agree on is as true as it gets. */
function acceptLargestCluster(spans: readonly Span[], flaws: Map<Span, Flaws>): void {
  const [largest] = rank(clusterByTime(spans, flaws));
  for (const span of largest ?? []) {
    const { end } = flaws.get(span)!;
    if (end?.reason === 'too_long') flaws.set(span, { end });
    else flaws.delete(span);
  }
}

/** The spans of a trace whose times contradict those of more of it. */
function contradicted(trace: readonly Span[], flaws: ReadonlyMap<Span, Flaws>): readonly Span[] {
  if (isOfOneTime(trace)) return [];
  const clusters = rank(clusterByTime(trace, flaws));
  if (clusters.length < 2) return [];
  const rankOf = new Map(clusters.flatMap((spans, at) => spans.map((span) => [span, at] as const)));
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const wrong = new Set<number>();
  for (const span of trace) {
    const parent = byId.get(span.parentSpanId!);
    if (!parent || hasTakenMessage(span, parent)) continue;
    const [own, above] = [rankOf.get(span)!, rankOf.get(parent)!];
    if (own !== above) wrong.add(Math.max(own, above));
  }
  return [...wrong].flatMap((at) => clusters[at]!);
}

function isOfOneTime(spans: readonly Span[]): boolean {
  const firstNs = spans[0]?.startNs ?? 0n;
  return spans.every(({ startNs }) => isNear(startNs, firstNs));
}

const isNear = (ns: bigint, otherNs: bigint): boolean =>
  ns - otherNs <= GAP_NS && otherNs - ns <= GAP_NS;

/** A message may wait for days. */
function hasTakenMessage(span: Span, parent: Span): boolean {
  const waitedNs = span.startNs - parent.startNs;
  return span.kind === 'consumer' && waitedNs >= 0n && waitedNs <= LONGEST_WAIT_NS;
}

/** Spans in groups that lie further apart than any of one time do. */
function clusterByTime(spans: readonly Span[], flaws: ReadonlyMap<Span, Flaws>): Span[][] {
  const clusters: Span[][] = [];
  let reachedNs = 0n;
  for (const span of [...spans].sort((a, b) => compare(a.startNs, b.startNs))) {
    const last = clusters.at(-1);
    const endNs = flaws.get(span)?.end ? span.startNs : span.endNs;
    if (last && span.startNs - reachedNs <= GAP_NS) last.push(span);
    else clusters.push([span]);
    if (endNs > reachedNs) reachedNs = endNs;
  }
  return clusters;
}

/** The most credible first: several services do not have the same wrong clock. */
function rank(clusters: readonly Span[][]): Span[][] {
  return clusters
    .map((spans) => ({
      spans,
      services: new Set(spans.map((span) => span.service)).size,
      roots: spans.filter((span) => span.parentSpanId === undefined).length,
    }))
    .sort((a, b) => b.services - a.services || b.spans.length - a.spans.length || b.roots - a.roots)
    .map(({ spans }) => spans);
}

/** @param timed those with a start that can be true */
function placeSpans(
  spans: readonly Span[],
  timed: readonly Span[],
  flaws: ReadonlyMap<Span, Flaws>,
  firstNs: EpochNs,
): Span[] {
  const byId = new Map(spans.map((span) => [spanKey(span), span]));
  const firstOfTrace = new Map<string, EpochNs>();
  for (const { traceId, startNs } of timed) {
    const known = firstOfTrace.get(traceId);
    if (known === undefined || startNs < known) firstOfTrace.set(traceId, startNs);
  }
  const places = new Map(timed.map((span) => [span, span.startNs]));
  // Each span is passed once: what was climbed over gets the place that was reached.
  const placeOf = (span: Span): EpochNs => {
    const climbed = new Set<Span>();
    let above: Span | undefined = span;
    while (above && !places.has(above) && !climbed.has(above)) {
      climbed.add(above);
      above = byId.get(above.traceId + above.parentSpanId);
    }
    const place = places.get(above!) ?? firstOfTrace.get(span.traceId) ?? firstNs;
    for (const each of climbed) places.set(each, place);
    return place;
  };
  return spans.map((span) => {
    const flaw = flaws.get(span)?.start ?? flaws.get(span)?.end;
    if (!flaw) return span;
    const startNs = placeOf(span);
    return {
      ...span,
      startNs,
      endNs: startNs,
      events: span.events.map((event) => ({ ...event, timeNs: startNs })),
      implausible: span.implausible ?? { ...flaw, startNs: span.startNs, endNs: span.endNs },
    };
  });
}

function placeLines(
  lines: readonly LogLine[],
  placed: readonly Span[],
  firstNs: EpochNs,
  nowNs: bigint,
): readonly LogLine[] {
  const flawed = new Map<LogLine, ImplausibleTime>();
  const byId = new Map(placed.map((span) => [spanKey(span), span]));
  const spanOf = (line: LogLine) => byId.get(`${line.traceId}${line.spanId}`);
  for (const line of lines) {
    const span = spanOf(line);
    const flaw = isNear(line.timeNs, firstNs) ? undefined : flawOfInstant(line.timeNs, nowNs);
    // Lines may be written long after their span: ids stay where work goes on.
    const isBeforeSpan = span && !isMoved(span) && span.startNs - line.timeNs > GAP_NS;
    if (flaw) flawed.set(line, flaw);
    else if (isBeforeSpan) flawed.set(line, { reason: 'far_from_trace' });
  }
  if (flawed.size === 0) return lines;
  return lines.map((line) => {
    const flaw = flawed.get(line);
    if (!flaw) return line;
    const timeNs = spanOf(line)?.startNs ?? firstNs;
    return { ...line, timeNs, implausible: line.implausible ?? { ...flaw, timeNs: line.timeNs } };
  });
}

const spanKey = ({ traceId, spanId }: Span): string => traceId + spanId;

const compare = (a: bigint, b: bigint): number => Number(a > b) - Number(a < b);
