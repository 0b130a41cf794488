import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import { requestView, type RequestView } from '../contract';
import type { AssembledRequest } from '../discovery/request-collector';
import { upgradeStoredSpan, upgradeStoredView } from './snapshot-upgrade';

/** Far more than is ever written. */
const MAX_SNAPSHOT_BYTES = 256 * 1024 * 1024;

/** Raised when the stored view changes its shape; `upgradeStoredView` reads every earlier one. */
const VERSION = 3;

/** JSON has no integers of 64 bits. */
const BIGINT_TEXT = /^\d{1,20}n$/;
const TIME_KEYS = new Set(['startNs', 'endNs', 'timeNs']);

const serializeBigInt = (_: string, value: unknown) =>
  typeof value === 'bigint' ? `${value}n` : value;

const parseBigInt = (key: string, value: unknown) =>
  TIME_KEYS.has(key) && typeof value === 'string' && BIGINT_TEXT.test(value)
    ? BigInt(value.slice(0, -1))
    : value;

const hasTime = (value: unknown, key: 'startNs' | 'timeNs') =>
  typeof (value as Record<string, unknown> | null)?.[key] === 'bigint';

/** A request as it is kept: what was found, and the view that was made of it. */
const storedRequest = z.object({
  version: z.number().int().default(1),
  view: z.unknown(),
  spans: z.array(z.custom<Span>((value) => hasTime(value, 'startNs'))),
  lines: z.array(z.custom<LogLine>((value) => hasTime(value, 'timeNs'))),
});

/** An assembled request as bytes (gzipped JSON) that need no source to be read again. */
export function takeSnapshot({ view, request }: AssembledRequest): Buffer {
  const stored: z.infer<typeof storedRequest> = {
    version: VERSION,
    view,
    spans: request.tree.nodes.map(({ span }) => span),
    lines: request.lines.map(({ line }) => line),
  };
  return gzipSync(JSON.stringify(stored, serializeBigInt));
}

/**
 * The request as it was when the snapshot was taken; its windows are served from what was kept.
 * @param evidence what the snapshot is kept as
 * @throws Error when the bytes are no snapshot of any version
 */
export function restoreSnapshot(
  bytes: Uint8Array,
  evidence: NonNullable<RequestView['evidence']>,
): AssembledRequest {
  const text = gunzipSync(bytes, { maxOutputLength: MAX_SNAPSHOT_BYTES }).toString('utf8');
  const { version, view, spans, lines } = storedRequest.parse(JSON.parse(text, parseBigInt));
  const current = upgradeStoredView(view, version);
  return {
    view: { ...requestView.parse(current), evidence, complete: true },
    request: correlate(version < VERSION ? spans.map(upgradeStoredSpan) : spans, lines),
    normalNs: () => null,
  };
}
