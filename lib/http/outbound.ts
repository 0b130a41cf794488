import { createGunzip } from 'node:zlib';
import { Agent, request as send, type Dispatcher } from 'undici';
import { readCapped } from './body';

/** All the ways a backend can fail to answer; every source maps onto this one list. */
export type FailureReason = 'unauthorized' | 'bad_query' | 'too_large' | 'rate_limited' | 'timeout' | 'unavailable' | 'cancelled' | 'protocol';

/** A backend did not answer as it should. `message` holds at most 500 characters of what it said. */
export class OutboundError extends Error {
  constructor(
    readonly reason: FailureReason,
    message: string,
    readonly status?: number,
  ) {
    super(message.slice(0, 500));
    this.name = 'OutboundError';
  }
}

export interface OutboundRequest {
  readonly base: string;
  /** Segments below the base, each encoded by us. */
  readonly path: readonly string[];
  readonly query?: Record<string, string>;
  /** Sent as a form by POST. */
  readonly form?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Answers other than 2xx that the caller wants to read itself. */
  readonly accept?: readonly number[];
}

export interface OutboundResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer<ArrayBuffer>;
}

/**
 * The one way out of the portal. Times out, aborts with `signal`, counts decompressed bytes, follows no redirect, and knows
 * no address but those of the configuration.
 * @throws OutboundError with one of the closed reasons.
 */
export async function outbound(request: OutboundRequest): Promise<OutboundResponse> {
  const url = new URL(`${request.base}/${request.path.map(encodeURIComponent).join('/')}`);
  for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  const failure = (error: unknown) => {
    if (error instanceof OutboundError) return error;
    if (request.signal?.aborted) return new OutboundError(isTimeout(request.signal.reason) ? 'timeout' : 'cancelled', 'stopped waiting');
    if (timeout.aborted) return new OutboundError('timeout', `no answer within ${request.timeoutMs} ms`);
    return new OutboundError('unavailable', causeOf(error));
  };
  try {
    const response = await send(url, {
      dispatcher,
      method: request.form ? 'POST' : 'GET',
      headers: { ...(request.form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}), ...request.headers },
      body: request.form ? new URLSearchParams(request.form).toString() : null,
      signal,
    });
    const body = await readCapped(decompressed(response, signal), request.maxBytes, () => new OutboundError('too_large', `the answer is larger than ${Math.round(request.maxBytes / 1024 / 1024)} MiB`));
    const status = response.statusCode;
    if ((status < 200 || status > 299) && !request.accept?.includes(status)) throw refused(status, body);
    return { status, contentType: String(response.headers['content-type'] ?? ''), body };
  } catch (error) {
    throw failure(error);
  }
}

const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';

/** Not the global fetch: Next wraps that with caches and spans of its own. Connections are kept; redirects are never followed. */
const dispatcher = new Agent({ connect: { timeout: 2_000 }, connections: 32, keepAliveTimeout: 10_000 });

/** We ask for no compression: the portal stands beside its sources. A proxy may compress all the same. */
function decompressed(response: Dispatcher.ResponseData, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return response.headers['content-encoding'] === 'gzip' ? (response.body.compose<NodeJS.ReadableStream>(createGunzip() as never, { signal }) as unknown as AsyncIterable<Uint8Array>) : response.body;
}

function refused(status: number, body: Uint8Array): OutboundError {
  const said = new TextDecoder().decode(body.subarray(0, 2000)).replace(/\s+/g, ' ').trim();
  const text = said || `status ${status}`;
  if (status === 401 || status === 403) return new OutboundError('unauthorized', text, status);
  if (status === 400) return new OutboundError('bad_query', text, status);
  if (status === 413 || status === 422) return new OutboundError(/exceeds|too large|max/i.test(text) ? 'too_large' : 'bad_query', text, status);
  if (status === 429) return new OutboundError('rate_limited', text, status);
  if (status === 504 || status === 408) return new OutboundError('timeout', text, status);
  if (status >= 300 && status < 400) return new OutboundError('protocol', 'answered with a redirect, which is not followed', status);
  if (status >= 500) return new OutboundError('unavailable', text, status);
  return new OutboundError('protocol', text, status);
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND') return 'host not found';
  return code ? `connection failed (${code})` : 'connection failed';
}

/** The body as JSON. @throws OutboundError `protocol` if it is none. */
export function jsonOf(response: OutboundResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(response.body));
  } catch {
    throw new OutboundError('protocol', `the answer is not JSON (${response.contentType || 'no content type'})`);
  }
}

/** Deadline of one source inside a view, in milliseconds (design: 5 s a source, 10 s a view). */
export const SOURCE_DEADLINE_MS = 5_000;
export const VIEW_DEADLINE_MS = 10_000;
