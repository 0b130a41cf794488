import { asCorrelationId, asTraceId, CORRELATION_ATTRIBUTE } from '@/lib/correlation-id/grammar';
import { epochNs } from '@/lib/time/units';
import { answerCodeOf } from '../conventions';
import type { RecentQuery, RootSummary, Span } from '../model';
import { foundSpans, isCut, NO_PARENT, type FoundPlace } from './found-spans';
import type { FoundTrace } from './wire';

/** What Tempo says of a trace whose root has not come. */
const NO_ROOT = '<root span not yet received>';

/** A found trace: the request it stands for, and what the search told of its spans. */
export interface FoundRequest {
  readonly summary: RootSummary;
  readonly places: readonly FoundPlace[];
  /** The root is among the spans, and known to be it. */
  readonly root: Span | undefined;
  /** The trace has more spans that were searched for than the answer. */
  readonly isCut: boolean;
}

/** The request that a found trace stands for; none where its id is none. */
export function readFound(trace: FoundTrace): FoundRequest | undefined {
  const traceId = asTraceId(trace.traceID);
  if (!traceId) return undefined;
  const places = foundSpans(trace, traceId);
  const root = rootAmong(places, trace.rootTraceName);
  const own = root ?? places[0]?.span;
  const hasRootService = trace.rootServiceName !== NO_ROOT && trace.rootServiceName !== '';
  return {
    places,
    root,
    isCut: isCut(trace),
    summary: {
      traceId,
      correlationId: correlationIdAmong(places),
      service: hasRootService ? trace.rootServiceName : (own?.service ?? ''),
      name: trace.rootTraceName || (own?.name ?? ''),
      startNs: root?.startNs ?? epochNs(BigInt(trace.startTimeUnixNano)),
      durationNs: root
        ? root.endNs - root.startNs
        : BigInt(Math.round(trace.durationMs)) * 1_000_000n,
      outcome: root?.outcome ?? 'good',
      ended: root?.ended ?? false,
      status: root ? (answerCodeOf(root) ?? root.statusMessage) : '',
    },
  };
}

/**
 * The summary, if the request is in the state: what TraceQL cannot say of it is said of what was
 * found. Where the root is not told, a search for failures is believed, one for successes is not.
 */
export function summaryInState(
  { summary, root }: FoundRequest,
  state: RecentQuery['state'],
): RootSummary[] {
  if (state === 'failed' && !root) return [{ ...summary, outcome: 'failed' }];
  const { outcome, ended } = summary;
  const isInState = {
    failed: outcome === 'failed',
    succeeded: root !== undefined && outcome === 'good' && ended,
    slow: outcome !== 'failed',
    all: true,
  }[state];
  return isInState ? [summary] : [];
}

/**
 * Before nested sets a root is known by its name only, and is not always among the spans that were
 * selected.
 */
function rootAmong(places: readonly FoundPlace[], rootName: string): Span | undefined {
  const known = places.find(({ parent }) => parent === NO_PARENT);
  if (known) return known.span;
  return places
    .map(({ span }) => span)
    .filter(({ name }) => name === rootName)
    .toSorted((a, b) => Number(a.startNs - b.startNs))[0];
}

function correlationIdAmong(places: readonly FoundPlace[]) {
  for (const { span } of places) {
    const value = span.attributes[CORRELATION_ATTRIBUTE];
    const id = typeof value === 'string' ? asCorrelationId(value) : undefined;
    if (id) return id;
  }
  return undefined;
}
