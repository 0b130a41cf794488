import { EVIDENCE_ATTRIBUTES, exceptionTypeOf, errorMessageOf } from '../conventions';
import { placeSpans } from '../culprit';
import type { AttributeValue, Span } from '../model';
import type { FoundSpan, FoundTrace } from './wire';

interface Server {
  /** It knows events of spans: exceptions are told. */
  readonly hasEvents?: boolean;
  readonly hasNestedSets?: boolean;
  /** So many spans of a trace are told. */
  readonly spansPerTrace?: number;
}

/**
 * What Tempo answers of a trace to the search for failures: its root and the spans that failed or
 * recorded an exception, with the attributes that were selected and their place as nested sets. As
 * `asTraceSearchMetadata` of Tempo 3.0 (pkg/traceql/engine.go) makes it.
 */
export function foundTraceOf(spans: readonly Span[], server: Server = {}): FoundTrace {
  const { hasEvents = true, hasNestedSets = true, spansPerTrace = 100 } = server;
  const nodes = placeSpans(spans);
  const lefts = nestedSetLefts(nodes.map(({ parent }) => parent));
  const told = nodes.flatMap(({ span, parent }, index) => {
    if (span.outcome === 'good' && parent >= 0) return [];
    const place = { nestedSetLeft: lefts[index]!, nestedSetParent: lefts[parent] ?? -1 };
    return [foundSpanOf(span, hasNestedSets ? place : {}, hasEvents)];
  });
  const root = nodes[0]!.span;
  return {
    traceID: root.traceId,
    rootServiceName: root.service,
    rootTraceName: root.name,
    startTimeUnixNano: String(root.startNs),
    durationMs: Number((root.endNs - root.startNs) / 1_000_000n),
    spanSets: [{ spans: told.slice(0, spansPerTrace), matched: told.length }],
  };
}

function foundSpanOf(
  span: Span,
  place: Readonly<Record<string, number>>,
  hasEvents: boolean,
): FoundSpan {
  const hasThrown = hasEvents && span.events.length > 0;
  const values: Record<string, AttributeValue | undefined> = {
    ...Object.fromEntries(
      EVIDENCE_ATTRIBUTES.map((name) => [name, span.attributes[name]] as const),
    ),
    correlation_id: span.attributes.correlation_id,
    'service.name': span.service,
    kind: span.kind,
    status: span.status,
    statusMessage: span.statusMessage || undefined,
    ...place,
    'exception.type': hasThrown ? exceptionTypeOf(span) : span.attributes['exception.type'],
    'exception.message': hasThrown
      ? errorMessageOf(span) || undefined
      : span.attributes['exception.message'],
  };
  return {
    spanID: span.spanId,
    name: span.name,
    startTimeUnixNano: String(span.startNs),
    durationNanos: String(BigInt.asUintN(64, (span.ended ? span.endNs : 0n) - span.startNs)),
    attributes: Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [{ key, value: wireValue(value) }],
    ),
  };
}

function wireValue(value: AttributeValue) {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  return { stringValue: String(value) };
}

/** Numbers a forest in the order of a walk, from 1: down counts, and up counts. */
function nestedSetLefts(parents: readonly number[]): number[] {
  const children = Map.groupBy(parents.keys(), (index) => parents[index]!);
  const lefts = parents.map(() => 0);
  let next = 1;
  const walk = (index: number) => {
    lefts[index] = next++;
    for (const child of children.get(index) ?? []) walk(child);
    next += 1;
  };
  for (const root of children.get(-1) ?? []) walk(root);
  return lefts;
}
