import {
  asCorrelationId,
  asTraceId,
  CORRELATION_ATTRIBUTE,
  type SpanId,
  type TraceId,
} from '@/lib/correlation-id/grammar';
import type { Candidate } from '@/lib/correlation-id/resolve';
import { triedAs, type TriedKind } from '@/lib/correlation-id/spellings';
import { errorFields } from '@/lib/errors/error-code';
import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import type { CallOptions, TraceSource } from '@/lib/telemetry/model';
import { epochMs } from '@/lib/time/units';
import { searchWindows } from '../discovery/search-windows';

const DEADLINE_MS = 4_000;

/** Where a candidate leads, and how that is known. */
export interface ResolvedCandidate {
  /** The id of the page to open, if there is one to open. */
  readonly open: string | undefined;
  /** Whether a source knows it; nothing where only its page asks, or no source could say. */
  readonly found: boolean | undefined;
  /** As what it was searched here, or is by its page. */
  readonly tried: readonly TriedKind[];
}

/**
 * The request of a candidate: a trace or span id leads to the correlation id its trace carries, else
 * to the trace itself. Sixteen hex digits that are no span may be a trace id of 64 bits.
 */
export async function resolveCandidate(
  candidate: Candidate,
  traces: Pick<TraceSource, 'fetch' | 'traceOfSpan'>,
  signal: AbortSignal,
): Promise<ResolvedCandidate> {
  if (candidate.kind === 'correlation-id')
    return { open: candidate.id, found: undefined, tried: triedAs(candidate.id) };
  const call = { signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) };
  // A trace is found by its own id all the same: its lines may be there without its spans.
  const otherwise = candidate.kind === 'trace-id' ? candidate.id : undefined;
  const tried = TRIED[candidate.kind];
  try {
    const open =
      candidate.kind === 'trace-id'
        ? await requestOfTrace(candidate.id, traces, call)
        : await requestOfSpan(candidate.id, traces, call);
    return { open: open ?? otherwise, found: open !== undefined, tried };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log().warn(
      { ...errorFields(error), kind: candidate.kind },
      'a pasted id was not resolved to a correlation id',
    );
    return { open: otherwise, found: undefined, tried };
  }
}

const TRIED = {
  'trace-id': ['trace-id'],
  'span-id': ['span-id', 'trace-id-64-bit'],
} as const satisfies Record<string, readonly TriedKind[]>;

async function requestOfSpan(
  spanId: SpanId,
  traces: Pick<TraceSource, 'fetch' | 'traceOfSpan'>,
  call: CallOptions,
): Promise<string | undefined> {
  for (const window of searchWindows(epochMs(Date.now()), 1)) {
    const traceId = await traces.traceOfSpan(spanId, window, call);
    if (traceId) return (await requestOfTrace(traceId, traces, call)) ?? traceId;
  }
  const traceId = asTraceId(spanId);
  return traceId && requestOfTrace(traceId, traces, call);
}

/** Nothing for a trace that no source knows. */
async function requestOfTrace(
  traceId: TraceId,
  traces: Pick<TraceSource, 'fetch'>,
  call: CallOptions,
): Promise<string | undefined> {
  const { data } = await traces.fetch(traceId, call);
  if (data.length === 0) return undefined;
  const carried = data
    .map(
      ({ attributes, resource }) =>
        attributes[CORRELATION_ATTRIBUTE] ?? resource[CORRELATION_ATTRIBUTE],
    )
    .find((value) => typeof value === 'string' && asCorrelationId(value) !== undefined);
  return (carried as string | undefined) ?? traceId;
}
