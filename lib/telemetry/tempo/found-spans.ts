import type { SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { epochNs } from '@/lib/time/units';
import { outcomeOf } from '../conventions';
import type { Attributes, AttributeValue, Span, SpanKind, SpanStatus } from '../model';
import type { FoundSpan, FoundTrace } from './wire';

/** A span as a search tells it. */
export interface FoundPlace {
  readonly span: Span;
  /** Number of the span in its trace, and of the one around it; 0 where the server does not tell. */
  readonly left: number;
  readonly parent: number;
}

/** The parent of a root. */
export const NO_PARENT = -1;

const KINDS: Readonly<Record<string, SpanKind>> = {
  server: 'server',
  client: 'client',
  producer: 'producer',
  consumer: 'consumer',
};
const STATUSES: Readonly<Record<string, SpanStatus>> = { ok: 'ok', error: 'error' };
/** No span takes a hundred years: a start without an end wraps around in Tempo. */
const MAX_DURATION_NS = 3_155_760_000_000_000_000n;
/** What Tempo says of a span beside its attributes. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  'kind',
  'status',
  'statusMessage',
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
  'service.name',
]);

/** The spans of a found trace, each once. */
export function foundSpans(trace: FoundTrace, traceId: TraceId): FoundPlace[] {
  const sets = trace.spanSets ?? (trace.spanSet ? [trace.spanSet] : []);
  const byId = new Map(sets.flatMap((set) => set.spans).map((span) => [span.spanID, span]));
  return [...byId.values()].map((span) => placeOf(span, traceId));
}

/** Whether Tempo found more spans than it tells of. */
export function isCut(trace: FoundTrace): boolean {
  const sets = trace.spanSets ?? (trace.spanSet ? [trace.spanSet] : []);
  return sets.some(({ spans, matched }) => matched !== undefined && matched > spans.length);
}

function placeOf(found: FoundSpan, traceId: TraceId): FoundPlace {
  const values = new Map(
    (found.attributes ?? []).map(({ key, value }) => [key, valueOf(value)] as const),
  );
  const text = (key: string) => String(values.get(key) ?? '');
  const left = Number(values.get('nestedSetLeft') ?? 0);
  const parent = Number(values.get('nestedSetParent') ?? 0);
  const startNs = epochNs(BigInt(found.startTimeUnixNano ?? 0));
  const durationNs = BigInt(found.durationNanos ?? 0);
  const ended = durationNs > 0n && durationNs < MAX_DURATION_NS;
  const evidence = {
    kind: KINDS[text('kind')] ?? 'internal',
    status: STATUSES[text('status')] ?? 'unset',
    attributes: attributesOf(values),
    // What was thrown stands among the attributes: a search tells of the last event that has it.
    events: [],
    ended,
  };
  return {
    left,
    parent,
    span: {
      ...evidence,
      traceId,
      spanId: (left > 0 ? String(left) : found.spanID) as SpanId,
      parentSpanId: parent > 0 ? (String(parent) as SpanId) : undefined,
      name: found.name ?? '',
      startNs,
      endNs: epochNs(ended ? startNs + durationNs : startNs),
      outcome: outcomeOf(evidence),
      statusMessage: text('statusMessage'),
      service: text('service.name'),
      resource: {},
      scope: '',
      links: [],
    },
  };
}

const attributesOf = (values: ReadonlyMap<string, AttributeValue>): Attributes =>
  Object.fromEntries([...values].filter(([key]) => !OWN_WORDS.has(key)));

type WireValue = NonNullable<FoundSpan['attributes']>[number]['value'];

function valueOf({ stringValue, intValue, doubleValue, boolValue }: WireValue): AttributeValue {
  if (intValue !== undefined) return Number(intValue);
  return stringValue ?? doubleValue ?? boolValue ?? '';
}
