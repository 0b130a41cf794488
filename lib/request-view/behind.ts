import { OutboundError, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { RootSummary, Span, Touching } from '@/lib/telemetry/model';
import { sources } from '@/lib/telemetry/sources';
import { toRfc3339, type Window } from '@/lib/time/units';
import { correlate } from './correlate';
import { summaryOf, type RequestSummary } from './load';
import { operationKey, operationsOf, type Operation } from './operations';

const MAX_FOUND = 200;
const MAX_SHOWN = 50;
/** Of so many all spans are read, to tell in which operations their time went. */
const MAX_READ = 20;

export interface BehindQuery {
  readonly state: 'failed' | 'slow' | 'all';
  readonly touching: Touching;
  readonly window: Window;
  /** Newest first, or the slowest. */
  readonly order: 'newest' | 'slowest';
}

/** The requests behind a figure, and where their time went. */
export interface RequestsBehind {
  readonly from: string;
  readonly to: string;
  readonly requests: readonly RequestSummary[];
  /** There are more than are shown. */
  readonly more: boolean;
  readonly partial: readonly string[];
  readonly failed: string | null;
  readonly operations: readonly Operation[];
  /** Of how many of the requests the operations are. */
  readonly read: number;
}

/** Finds the requests that a figure was made of. A source that fails is said, not thrown. */
export async function loadBehind({ state, touching, window, order }: BehindQuery, signal: AbortSignal): Promise<RequestsBehind> {
  const { traces } = sources();
  const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]) };
  const base = { from: toRfc3339(window.startNs), to: toRfc3339(window.endNs), requests: [], more: false, partial: [], failed: null, operations: [], read: 0 };
  try {
    const { data, partial } = await traces.recent({ state, touching, window, order, limit: MAX_FOUND }, options);
    const roots = order === 'slowest' ? [...data.roots].sort((a, b) => (a.durationNs > b.durationNs ? -1 : 1)) : data.roots;
    const read = await Promise.all(roots.slice(0, MAX_READ).map((root) => spansOf(root, options)));
    return { ...base, requests: roots.slice(0, MAX_SHOWN).map(summaryOf), more: roots.length > MAX_SHOWN, partial, operations: together(read), read: read.filter((spans) => spans.length > 0).length };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ...base, failed: `${traces.name} did not answer: ${error.message}.` };
  }
}

/** Of a trace that cannot be read nothing is counted; how many were read is said. */
async function spansOf({ traceId }: RootSummary, options: { readonly signal: AbortSignal }): Promise<readonly Span[]> {
  try {
    return (await sources().traces.fetch(traceId, options)).data;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return [];
  }
}

/** The operations of many traces, summed. Pure. */
export function together(traces: readonly (readonly Span[])[]): Operation[] {
  const sums = new Map<string, Operation>();
  for (const spans of traces) {
    for (const operation of operationsOf(correlate(spans, []))) {
      const known = sums.get(operationKey(operation));
      sums.set(operationKey(operation), known ? { ...operation, calls: known.calls + operation.calls, errors: known.errors + operation.errors, totalNs: known.totalNs + operation.totalNs, selfNs: known.selfNs + operation.selfNs } : operation);
    }
  }
  return [...sums.values()].sort((a, b) => b.selfNs - a.selfNs);
}
