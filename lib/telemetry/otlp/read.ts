import type { EpochNs } from '@/lib/time/units';
import type { Span } from '../model';
import type { Encoding } from './decode';
import { normalizeLogs, normalizeSpans, type Normalized, type NormalizedLogs } from './normalize';
import { readJson } from './read-json';
import { readProtobuf } from './read-protobuf';
import type { WireResourceLogs, WireResourceSpans } from './wire';

/** An export request, decompressed, and how to read it. */
export type Message = { readonly body: Uint8Array; readonly encoding: Encoding } & (
  { readonly signal: 'traces' } | { readonly signal: 'logs'; readonly receivedNs: EpochNs }
);

interface WithWarnings {
  /** What was read though it is not how OTLP has it. */
  readonly warnings: readonly string[];
}
export type ReadSpans = Normalized<Span> & WithWarnings;
export type ReadLogs = NormalizedLogs & WithWarnings;

/**
 * What an export request holds, in our shape. @throws AppError invalid_input when it is no OTLP
 * message
 */
export function readMessage(message: Message): ReadSpans | ReadLogs {
  const { body, encoding, signal } = message;
  const read = encoding === 'json' ? readJson : readProtobuf;
  const { groups, rejected, warnings } = read(signal, body);
  // Everything in them is looked at by `normalize`, which trusts no type.
  const normalized =
    message.signal === 'traces'
      ? normalizeSpans(groups as readonly WireResourceSpans[])
      : normalizeLogs(groups as readonly WireResourceLogs[], message.receivedNs);
  return { ...normalized, rejected: [...rejected, ...normalized.rejected], warnings };
}
