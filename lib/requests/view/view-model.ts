import { createHash } from 'node:crypto';
import { errorTypeOf } from '@/lib/telemetry/conventions';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import type { Span } from '@/lib/telemetry/model';
import { DAY_NS, NS_PER_SECOND, toRfc3339 } from '@/lib/time/units';
import type { Correlated } from '../correlation/correlate';
import { laneRoot } from '../correlation/lane-root';
import { rowIdOf, type SpanNode } from '../correlation/tree';
import type { PlacedLine } from '../correlation/place-lines';
import { hostOf } from '../correlation/skew';
import { implausibleLine, implausibleNotes, implausibleSpan } from './implausible-notes';
import {
  MAX_WHOLE_LOGS,
  MAX_WHOLE_SPANS,
  type Annotation,
  type Lane,
  type LedgerEntry,
  type LogRow,
  type MetricPanel,
  type RequestView,
  type SpanRow,
  type Verdict,
} from '../contract';

/** Traces this far apart are two uses of one id. */
const OCCURRENCE_GAP_NS = 1800n * NS_PER_SECOND;

export type UsualDuration = (span: Span) => number | null;

export function spanRowOf(request: Correlated, index: number, normalNs: UsualDuration): SpanRow {
  const { tree, skew } = request;
  const node = tree.nodes[index]!;
  const { span } = node;
  const host = hostOf(span.resource, span.service);
  const shift = skew.get(host)?.shiftNs ?? 0;
  const failed = span.outcome === 'failed';
  return {
    id: rowIdOf(tree, span),
    lane: node.lane,
    parent: node.parent < 0 ? null : rowIdOf(tree, tree.nodes[node.parent]!.span),
    orphan: node.orphan,
    depth: node.depth,
    service: span.service,
    name: span.name,
    kind: span.kind,
    failed,
    outcome: span.outcome,
    ended: span.ended,
    errorType: span.outcome === 'good' ? null : errorTypeOf(span),
    statusMessage: span.statusMessage,
    startOffsetNs: request.start[index]!,
    skewNs: shift,
    durationNs: request.duration[index]!,
    ...(span.implausible ? { implausible: implausibleSpan(span.implausible) } : {}),
    critical: request.critical[index]!,
    attempt: request.attemptOf.get(index) ?? null,
    normalNs: normalNs(span),
    host,
    attributes: span.attributes,
    resource: span.resource,
    events: span.events.map((event) => ({
      name: event.name,
      offsetNs: eventOffset(event.timeNs, span, request.start[index]!),
      attributes: event.attributes,
    })),
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      known: tree.lanes.some((lane) => lane.traceId === link.traceId),
    })),
  };
}

/** An event days from its span is drawn where the span starts: its time cannot be true. */
function eventOffset(timeNs: bigint, span: Span, start: number): number {
  const isNear = timeNs >= span.startNs - DAY_NS && timeNs <= span.endNs + DAY_NS;
  return isNear ? start + Number(timeNs - span.startNs) : start;
}

export function logRowOf(request: Correlated, placed: PlacedLine): LogRow {
  const { line } = placed;
  return {
    id: line.id,
    time: toRfc3339(line.implausible?.timeNs ?? line.timeNs),
    ...(line.implausible ? { implausible: implausibleLine(line.implausible) } : {}),
    offsetNs: placed.offset,
    skewNs: placed.skew,
    level: line.level,
    severityText: line.severityText,
    service: line.service,
    body: line.body,
    span: placed.node >= 0 ? rowIdOf(request.tree, request.tree.nodes[placed.node]!.span) : null,
    unattached: placed.unattached,
    attributes: line.attributes,
  };
}

function laneState({ span, orphan }: SpanNode): Lane['state'] {
  if (span.outcome === 'failed') return 'failed';
  if (!span.ended) return 'unfinished';
  return span.outcome === 'exception' || orphan ? 'unknown' : 'succeeded';
}

function lanesOf(request: Correlated): Lane[] {
  const { nodes } = request.tree;
  return request.tree.lanes.map((lane, index): Lane => {
    const root = nodes[laneRoot(request.tree, index)]!;
    let start = Infinity;
    let end = -Infinity;
    let errors = 0;
    for (let node = lane.from; node < lane.to; node += 1) {
      start = Math.min(start, request.start[node]!);
      end = Math.max(end, request.start[node]! + request.duration[node]!);
      if (nodes[node]!.span.outcome === 'failed') errors += 1;
    }
    const wait = request.waits.find((candidate) => candidate.lane === index);
    return {
      id: lane.traceId,
      service: root.span.service,
      name: root.span.name,
      state: laneState(root),
      startOffsetNs: start,
      durationNs: end - start,
      spanCount: lane.to - lane.from,
      errorCount: errors,
      attempt: request.laneAttempts[index] ?? null,
      wait: wait
        ? {
            span: rowIdOf(request.tree, nodes[wait.producer]!.span),
            queue: wait.queue,
            startOffsetNs: wait.startOffset,
            durationNs: wait.duration,
          }
        : null,
    };
  });
}

function annotationsOf(request: Correlated, missing: ReadonlySet<number>): Annotation[] {
  const { nodes, lanes } = request.tree;
  const rowId = (index: number) => rowIdOf(request.tree, nodes[index]!.span);
  return [
    ...[...request.skew].map(([host, { shiftNs, calls }]): Annotation => ({
      kind: 'skew',
      host,
      aheadNs: -shiftNs,
      calls,
    })),
    ...request.attempts.map((group): Annotation => {
      const [first, last] = [group.members[0]!, group.members.at(-1)!];
      return {
        kind: 'attempts',
        parent: group.parent < 0 ? null : rowId(group.parent),
        spans: group.members.map(rowId),
        service: nodes[first]!.span.service,
        name: nodes[first]!.span.name,
        startOffsetNs: request.start[first]!,
        durationNs: request.start[last]! + request.duration[last]! - request.start[first]!,
        backoffNs: [...group.backoffNs],
        failed: nodes[last]!.span.outcome === 'failed',
      };
    }),
    ...request.unconsumed.map((message): Annotation => {
      const { span } = nodes[message.producer]!;
      return {
        kind: 'missing-consumer',
        span: rowId(message.producer),
        queue: message.queue,
        service: span.service,
        message: message.message,
        startOffsetNs: request.start[message.producer]! + request.duration[message.producer]!,
        expected: missing.has(message.producer),
      };
    }),
    ...lanes.flatMap((lane, index): Annotation[] => {
      const count = nodes.slice(lane.from, lane.to).filter((node) => node.orphan).length;
      return count ? [{ kind: 'missing-parents', lane: index, count }] : [];
    }),
    ...sharedIds(request),
    ...implausibleNotes(request),
    ...occurrences(request),
  ];
}

/**
 * Spans that share an id and are not client and server of one call: a fault of the instrumentation,
 * which may leave it open where the spans below them belong.
 */
function sharedIds({ tree }: Correlated): Annotation[] {
  const isServerHalf = ({ span, parent }: SpanNode) =>
    span.kind === 'server' && tree.nodes[parent]?.span.spanId === span.spanId;
  const sharing = tree.nodes.filter(
    (node) => tree.sharedRowIds.has(node.span) && !isServerHalf(node),
  );
  const doubtful = tree.nodes.filter((node) => node.isParentDoubtful);
  if (sharing.length === 0 && doubtful.length === 0) return [];
  return [{ kind: 'shared-span-ids', spans: sharing.length, doubtful: doubtful.length }];
}

/**
 * A reused id: groups of traces with long silence between them, oldest first; none where there is
 * only one.
 */
function occurrences(request: Correlated): Annotation[] {
  const groups: { from: bigint; to: bigint; traces: number }[] = [];
  for (const lane of request.tree.lanes) {
    const from = request.tree.nodes[lane.from]!.span.startNs;
    let to = from;
    for (let index = lane.from; index < lane.to; index += 1)
      if (request.tree.nodes[index]!.span.endNs > to) to = request.tree.nodes[index]!.span.endNs;
    const last = groups.at(-1);
    const started = request.waits.some((wait) => request.tree.lanes[wait.lane] === lane);
    if (last && (started || from - last.to < OCCURRENCE_GAP_NS)) {
      last.to = to > last.to ? to : last.to;
      last.traces += 1;
    } else groups.push({ from, to, traces: 1 });
  }
  return groups.length < 2
    ? []
    : groups.map((group) => ({
        kind: 'occurrence',
        from: toRfc3339(group.from),
        to: toRfc3339(group.to),
        traces: group.traces,
      }));
}

/** Changes when any span or line is added: what a large request's windows are asked by. */
function revisionOf(request: Correlated): string {
  const hash = createHash('sha256');
  for (const { span } of request.tree.nodes)
    hash.update(`${span.traceId}${span.spanId}${span.endNs}${span.outcome}${span.ended}`);
  for (const { line } of request.lines) hash.update(line.id);
  return hash.digest('base64url').slice(0, 22);
}

function positionsOf(
  request: Correlated,
  annotations: readonly Annotation[],
  culprit: string | null,
): Record<string, number> {
  const named = new Set(
    annotations.flatMap((note) => {
      if (note.kind === 'attempts') return note.spans;
      if (note.kind === 'missing-consumer') return [note.span];
      return [];
    }),
  );
  if (culprit) named.add(culprit);
  return Object.fromEntries(
    request.tree.nodes.flatMap((node, index) => {
      const id = rowIdOf(request.tree, node.span);
      return named.has(id) ? [[id, index]] : [];
    }),
  );
}

export interface ViewParts {
  readonly id: CorrelationId;
  readonly request: Correlated;
  readonly verdict: Verdict;
  readonly ledger: readonly LedgerEntry[];
  readonly metrics: readonly MetricPanel[];
  readonly episodes: readonly unknown[];
  readonly changes: Annotation | undefined;
  readonly normalNs: UsualDuration;
  /** Indexes of the spans that sent what should have been taken by now. */
  readonly missing: ReadonlySet<number>;
  readonly complete: boolean;
}

/** The assembled request as the page and the API read it. */
export function buildView(parts: ViewParts): RequestView {
  const { request } = parts;
  const { nodes } = request.tree;
  const found = nodes.length > 0 || request.lines.length > 0;
  const whole = nodes.length <= MAX_WHOLE_SPANS;
  const annotations = [
    ...annotationsOf(request, parts.missing),
    ...(parts.changes ? [parts.changes] : []),
  ];
  const positions = whole ? {} : positionsOf(request, annotations, parts.verdict.culprit);
  const culprit = positions[parts.verdict.culprit ?? ''];
  const culpritAlone = culprit === undefined ? [] : [culprit];
  const shown = whole ? nodes.map((_, index) => index) : culpritAlone;
  return {
    correlationId: parts.id,
    revision: revisionOf(request),
    complete: parts.complete,
    window: found ? { start: toRfc3339(request.originNs), durationNs: request.durationNs } : null,
    verdict: parts.verdict,
    ledger: [...parts.ledger],
    lanes: lanesOf(request),
    spanCount: nodes.length,
    logCount: request.lines.length,
    spans: shown.map((index) => spanRowOf(request, index, parts.normalNs)),
    positions,
    logs: request.lines.slice(0, MAX_WHOLE_LOGS).map((line) => logRowOf(request, line)),
    metrics: [...parts.metrics],
    episodes: [...parts.episodes],
    evidence: null,
    annotations,
  };
}
