import { gunzipSync, gzipSync } from 'node:zlib';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import type { AssembledRequest } from '../discovery/gather';
import type { RequestView } from '../contract';

/** A request as it is kept: what was found, and the view that was made of it. */
interface Frozen {
  readonly view: RequestView;
  readonly spans: readonly Span[];
  readonly lines: readonly LogLine[];
}

/** Far more than is ever written. */
const MAX_THAWED = 256 * 1024 * 1024;

/** JSON has no integers of 64 bits. */
const BIG = /^\d{1,20}n$/;
const write = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
const TIMES = new Set(['startNs', 'endNs', 'timeNs']);
const read = (key: string, value: unknown) =>
  TIMES.has(key) && typeof value === 'string' && BIG.test(value)
    ? BigInt(value.slice(0, -1))
    : value;

/** A gathered request as bytes that need no source to be read again. */
export function freeze({ view, request }: AssembledRequest): Buffer {
  const frozen: Frozen = {
    view,
    spans: request.tree.nodes.map(({ span }) => span),
    lines: request.lines.map(({ line }) => line),
  };
  return gzipSync(JSON.stringify(frozen, write));
}

/** The request as it was when it was frozen; its windows are served from what was kept. */
export function thaw(
  bytes: Uint8Array,
  frozen: NonNullable<RequestView['frozen']>,
): AssembledRequest {
  const { view, spans, lines } = JSON.parse(
    gunzipSync(bytes, { maxOutputLength: MAX_THAWED }).toString('utf8'),
    read,
  ) as Frozen;
  return {
    view: { ...view, frozen, complete: true },
    request: correlate(spans, lines),
    normalNs: () => null,
  };
}
