import { parseJson } from '@/lib/http/outbound';
import type { OutboundResponse } from '@/lib/http/outbound-call';
import { OutboundError } from '@/lib/http/outbound-error';
import type { Answer, Span } from '../model';
import { normalizeSpans } from '../otlp/normalize';
import { TraceById, TraceRequest } from '../otlp/schema';
import type { WireResourceSpans } from '../otlp/wire';
import { explainPartial, type PartialReason } from '../partial-reason';
import { traceAnswer } from './wire';

/** The spans of an answer of either route, JSON or protobuf. @throws OutboundError protocol */
export const readTraceV1 = (response: OutboundResponse): Answer<Span[]> =>
  isProtobuf(response) ? readV1(response) : readJson(response);

export const readTraceV2 = (response: OutboundResponse): Answer<Span[]> =>
  isProtobuf(response) ? readV2(response) : readJson(response);

const isProtobuf = (response: OutboundResponse) => response.contentType.includes('protobuf');

function readJson(response: OutboundResponse): Answer<Span[]> {
  const parsed = traceAnswer.safeParse(parseJson(response));
  if (!parsed.success) throw new OutboundError('protocol', 'the answer is not a trace of Tempo');
  const body = parsed.data;
  const holder =
    'trace' in body && body.trace
      ? body.trace
      : (body as { batches?: unknown[]; resourceSpans?: unknown[] });
  const incomplete =
    'status' in body && body.status === 'PARTIAL' ? (body.message ?? '') : undefined;
  return spansOf((holder.batches ?? holder.resourceSpans ?? []) as WireResourceSpans[], incomplete);
}

const readV1 = (response: OutboundResponse): Answer<Span[]> =>
  spansOf(
    decoded<{ resourceSpans: WireResourceSpans[] }>(TraceRequest, response).resourceSpans,
    undefined,
  );

function readV2(response: OutboundResponse): Answer<Span[]> {
  const { trace, status, message } = decoded<{
    trace?: { resourceSpans: WireResourceSpans[] } | null;
    status: number;
    message: string;
  }>(TraceById, response);
  return spansOf(trace?.resourceSpans ?? [], status === 0 ? undefined : message);
}

function decoded<Message>(type: typeof TraceRequest, response: OutboundResponse): Message {
  try {
    return type.decode(response.body) as unknown as Message;
  } catch {
    // Not swallowed: it becomes the failure of the source.
    throw new OutboundError('protocol', 'the answer is not a trace of Tempo');
  }
}

/** Why an answer of Tempo is not whole, in its own text. */
export const tempoWarning = (text: string): PartialReason =>
  explainPartial({ code: 'source_warning', source: 'Tempo', text: `Tempo: ${text}` });

/** @param incomplete what Tempo answered about a trace that is not whole */
function spansOf(
  resourceSpans: readonly WireResourceSpans[],
  incomplete: string | undefined,
): Answer<Span[]> {
  const { items, rejected } = normalizeSpans(resourceSpans);
  return {
    data: items,
    partial: [
      ...(incomplete === undefined
        ? []
        : [tempoWarning(incomplete || 'the trace is not complete')]),
      ...(rejected.length
        ? [explainPartial({ code: 'unreadable_spans', count: rejected.length })]
        : []),
    ],
  };
}
