import { decodeLogs, decodeTraces, type Encoding } from './decode';
import { normalizeLogs, normalizeSpans, type Normalized } from './normalize';
import type { LogLine, Span } from '../model';
import type { EpochNs } from '@/lib/time/units';

export type LineRead = Omit<LogLine, 'id'>;

/** An export request, decompressed, and how to read it. */
export type Message = { readonly body: Uint8Array; readonly encoding: Encoding } & (
  { readonly signal: 'traces' } | { readonly signal: 'logs'; readonly receivedNs: EpochNs }
);

/**
 * What an export request holds, in our shape. @throws AppError invalid_input when it is no OTLP
 * message
 */
export function readMessage(message: Message): Normalized<Span> | Normalized<LineRead> {
  const { body, encoding } = message;
  return message.signal === 'traces'
    ? normalizeSpans(decodeTraces(body, encoding))
    : normalizeLogs(decodeLogs(body, encoding), message.receivedNs);
}
