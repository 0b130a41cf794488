import { gunzipSync, gzipSync } from 'node:zlib';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import type { AssembledRequest } from '../discovery/request-collector';
import type { RequestView } from '../contract';

/** A request as it is kept: what was found, and the view that was made of it. */
interface StoredRequest {
  readonly view: RequestView;
  readonly spans: readonly Span[];
  readonly lines: readonly LogLine[];
}

/** Far more than is ever written. */
const MAX_SNAPSHOT_BYTES = 256 * 1024 * 1024;

/** JSON has no integers of 64 bits. */
const BIGINT_TEXT = /^\d{1,20}n$/;
const serializeBigInt = (_: string, value: unknown) =>
  typeof value === 'bigint' ? `${value}n` : value;
const TIME_KEYS = new Set(['startNs', 'endNs', 'timeNs']);
const parseBigInt = (key: string, value: unknown) =>
  TIME_KEYS.has(key) && typeof value === 'string' && BIGINT_TEXT.test(value)
    ? BigInt(value.slice(0, -1))
    : value;

/** A gathered request as bytes that need no source to be read again. */
export function takeSnapshot({ view, request }: AssembledRequest): Buffer {
  const frozen: StoredRequest = {
    view,
    spans: request.tree.nodes.map(({ span }) => span),
    lines: request.lines.map(({ line }) => line),
  };
  return gzipSync(JSON.stringify(frozen, serializeBigInt));
}

/** The request as it was when it was frozen; its windows are served from what was kept. */
export function restoreSnapshot(
  bytes: Uint8Array,
  frozen: NonNullable<RequestView['frozen']>,
): AssembledRequest {
  const { view, spans, lines } = JSON.parse(
    gunzipSync(bytes, { maxOutputLength: MAX_SNAPSHOT_BYTES }).toString('utf8'),
    parseBigInt,
  ) as StoredRequest;
  return {
    view: { ...view, frozen, complete: true },
    request: correlate(spans, lines),
    normalNs: () => null,
  };
}
