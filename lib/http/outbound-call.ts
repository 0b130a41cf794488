import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { request as undiciRequest, type Dispatcher } from 'undici';
import { credentialHeaders, poolOf, type Backend } from './backend';
import { readCapped } from './body';
import type { CallBudget } from './call-budget';
import { isTimeout, OutboundError, type FailureReason } from './outbound-error';

export interface OutboundRequest {
  readonly backend: Backend;
  /** Segments below the base, each encoded by us. */
  readonly path: readonly string[];
  readonly query?: Record<string, string>;
  /**
   * Sent as a form by POST. Still a query: it changes nothing at a backend, so it may be sent
   * again.
   */
  readonly form?: Record<string, string>;
  /**
   * What changes something there: sent once, shared with nobody. Who wants it sent again says so.
   */
  readonly send?: { readonly method: 'POST' | 'DELETE'; readonly json?: unknown };
  readonly headers?: Record<string, string>;
  /** For all tries together. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** What the call counts against. */
  readonly budget?: CallBudget | undefined;
  /** Statuses other than 2xx that the caller reads itself. */
  readonly acceptStatus?: readonly number[];
}

export interface OutboundResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer<ArrayBuffer>;
}

const RETRYABLE_STATUS = [429, 502, 503, 504];
/**
 * A connection that ended under us; a backend that refuses connections is down, and another call at
 * once helps nobody.
 */
const RETRYABLE_CODES = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** One call, not repeated. @throws OutboundError */
export async function callOnce(request: OutboundRequest): Promise<OutboundResponse> {
  try {
    const response = await undiciRequest(urlOf(request), {
      dispatcher: poolOf(request.backend),
      ...methodAndBody(request),
      headers: {
        ...request.backend.headers,
        ...credentialHeaders(request.backend),
        ...contentType(request),
        ...request.headers,
      },
      signal: request.signal ?? null,
    });
    const body = await readCapped(decompressed(response), request.maxBytes, () =>
      tooLarge(request.maxBytes),
    );
    const status = response.statusCode;
    const isSuccess = status >= 200 && status <= 299;
    if (!isSuccess && !request.acceptStatus?.includes(status))
      throw statusError(status, body, response.headers['retry-after']);
    return { status, contentType: String(response.headers['content-type'] ?? ''), body };
  } catch (error) {
    throw error instanceof OutboundError ? error : connectionError(error, request);
  }
}

function urlOf({ backend, path, query = {} }: OutboundRequest): URL {
  const url = new URL(`${backend.base}/${path.map(encodeURIComponent).join('/')}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
}

function methodAndBody({ form, send }: OutboundRequest): {
  method: 'GET' | 'POST' | 'DELETE';
  body: string | null;
} {
  if (form) return { method: 'POST', body: new URLSearchParams(form).toString() };
  const body = send?.json === undefined ? null : JSON.stringify(send.json);
  return { method: send?.method ?? 'GET', body };
}

function contentType({ form, send }: OutboundRequest): Record<string, string> {
  if (form) return { 'content-type': 'application/x-www-form-urlencoded' };
  return send?.json === undefined ? {} : { 'content-type': 'application/json' };
}

/**
 * We ask for no compression: the portal stands beside its sources. A proxy may compress all the
 * same.
 */
function decompressed(response: Dispatcher.ResponseData): AsyncIterable<Uint8Array> {
  if (response.headers['content-encoding'] !== 'gzip') return response.body;
  const plain = createGunzip();
  // Whoever reads `plain` meets the error of either stream.
  pipeline(response.body, plain, () => undefined);
  return plain;
}

const tooLarge = (maxBytes: number): OutboundError =>
  new OutboundError(
    'too_large',
    `the answer is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB`,
  );

/** What a status that is no success means, with the beginning of the body as its text. */
function statusError(
  status: number,
  body: Uint8Array,
  retryAfter: string | string[] | undefined,
): OutboundError {
  const isRedirect = status >= 300 && status <= 399;
  const bodyText = new TextDecoder().decode(body.subarray(0, 2_000)).replace(/\s+/g, ' ').trim();
  const text = bodyText || `status ${status}`;
  return new OutboundError(
    reasonOfStatus(status, text),
    isRedirect ? 'answered with a redirect, which is not followed' : text,
    status,
    RETRYABLE_STATUS.includes(status) ? { afterMs: retryAfterMs(retryAfter) } : undefined,
  );
}

/** Only the form in seconds is read; backends of telemetry send no dates. */
const retryAfterMs = (header: string | string[] | undefined): number =>
  typeof header === 'string' && /^\d{1,4}$/.test(header) ? Number(header) * 1_000 : 0;

function reasonOfStatus(status: number, text: string): FailureReason {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 400) return 'bad_query';
  if (status === 413 || status === 422)
    return /exceeds|too large|max/i.test(text) ? 'too_large' : 'bad_query';
  if (status === 429) return 'rate_limited';
  if (status === 504 || status === 408) return 'timeout';
  return status >= 500 ? 'unavailable' : 'protocol';
}

const CONNECTION_FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
};

function connectionError(error: unknown, { signal, timeoutMs }: OutboundRequest): OutboundError {
  if (signal?.aborted)
    return isTimeout(signal.reason)
      ? new OutboundError('timeout', `no answer within ${timeoutMs} ms`)
      : new OutboundError('cancelled', 'stopped waiting');
  const code = causeCode(error);
  return new OutboundError(
    'unavailable',
    CONNECTION_FAILURES[code] ?? `connection failed${code && ` (${code})`}`,
    undefined,
    RETRYABLE_CODES.includes(code) ? { afterMs: 0 } : undefined,
  );
}

function causeCode(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause as NodeJS.ErrnoException).code ?? '';
}
