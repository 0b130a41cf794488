import { OutboundError } from '@/lib/http/outbound-error';
import type { Answer, RootSummary, Span, SpanFilter } from '@/lib/telemetry/model';
import { sources } from '@/lib/telemetry/sources';
import { toRfc3339, type Window } from '@/lib/time/units';
import { correlate } from '../correlation/correlate';
import type { DrilldownOperations, DrilldownRequests } from './contract';
import { withDeadline } from '../discovery/source-deadline';
import { operationKey, operationsOf } from '../correlation/operations';
import type { Operation } from '../view/contract';
import { describeFailure, toRequestSummary } from './recent-requests';

const MAX_FOUND = 200;
const MAX_SHOWN = 50;
/**
 * Of so many all spans are read, to tell in which operations their time went; a few at once, and no
 * more once these are so many.
 */
const MAX_READ = 20;
const READ_CONCURRENCY = 4;
const MAX_SPANS = 50_000;

export interface DrilldownQuery {
  readonly state: 'failed' | 'slow' | 'all';
  readonly touching: SpanFilter;
  readonly window: Window;
  /** Newest first, or the slowest. */
  readonly order: 'newest' | 'slowest';
}

async function findRoots(
  { state, touching, window, order }: DrilldownQuery,
  options: { readonly signal: AbortSignal },
): Promise<Answer<readonly RootSummary[]>> {
  const { data, partial } = await sources().traces.recent(
    { state, spanFilter: touching, window, order, limit: MAX_FOUND },
    options,
  );
  return {
    data:
      order === 'slowest'
        ? [...data.roots].sort((a, b) => (a.durationNs > b.durationNs ? -1 : 1))
        : data.roots,
    partial,
  };
}

/** Finds the requests that a figure was made of. A source that fails is said, not thrown. */
export async function loadDrilldownRequests(
  query: DrilldownQuery,
  signal: AbortSignal,
): Promise<DrilldownRequests> {
  const base = {
    from: toRfc3339(query.window.startNs),
    to: toRfc3339(query.window.endNs),
    requests: [],
    more: false,
    partial: [],
    failed: null,
  };
  try {
    const { data, partial } = await findRoots(query, withDeadline(signal));
    return {
      ...base,
      requests: data.slice(0, MAX_SHOWN).map(toRequestSummary),
      more: data.length > MAX_SHOWN,
      partial: [...partial],
    };
  } catch (error) {
    return { ...base, failed: describeFailure(error) };
  }
}

/**
 * Reads the first of them, and sums their spans by operation. A source that fails is said, not
 * thrown.
 */
export async function loadDrilldownOperations(
  query: DrilldownQuery,
  signal: AbortSignal,
): Promise<DrilldownOperations> {
  const options = withDeadline(signal);
  try {
    const roots = (await findRoots(query, options)).data.slice(0, MAX_READ);
    const traces = await readTraces(roots, options);
    return {
      operations: sumOperations(traces),
      read: traces.filter((spans) => spans.length > 0).length,
      failed: null,
    };
  } catch (error) {
    return { operations: [], read: 0, failed: describeFailure(error) };
  }
}

/** The spans of each trace, a few traces at a time, until these are enough spans. */
async function readTraces(
  roots: readonly RootSummary[],
  options: { readonly signal: AbortSignal },
): Promise<readonly (readonly Span[])[]> {
  const traces: (readonly Span[])[] = [];
  let spanCount = 0;
  for (let next = 0; next < roots.length && spanCount < MAX_SPANS; next += READ_CONCURRENCY) {
    const batch = roots.slice(next, next + READ_CONCURRENCY);
    const read = await Promise.all(batch.map((root) => spansOf(root, options)));
    traces.push(...read);
    spanCount += read.reduce((sum, spans) => sum + spans.length, 0);
  }
  return traces;
}

/** Of a trace that cannot be read nothing is counted; how many were read is said. */
async function spansOf(
  { traceId }: RootSummary,
  options: { readonly signal: AbortSignal },
): Promise<readonly Span[]> {
  try {
    return (await sources().traces.fetch(traceId, options)).data;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return [];
  }
}

/** The operations of many traces, summed. Pure. */
export function sumOperations(traces: readonly (readonly Span[])[]): Operation[] {
  const sums = new Map<string, Operation>();
  for (const spans of traces) {
    for (const operation of operationsOf(correlate(spans, []))) {
      const known = sums.get(operationKey(operation));
      sums.set(
        operationKey(operation),
        known
          ? {
              ...operation,
              calls: known.calls + operation.calls,
              errors: known.errors + operation.errors,
              totalNs: known.totalNs + operation.totalNs,
              selfNs: known.selfNs + operation.selfNs,
            }
          : operation,
      );
    }
  }
  return [...sums.values()].sort((a, b) => b.selfNs - a.selfNs);
}
