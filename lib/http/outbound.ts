import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Agent, request as send, type Dispatcher } from 'undici';
import { processState } from '@/lib/config/process-state';
import { secretText } from '@/lib/config/secret-file';
import { readCapped } from './body';

/** All the ways a backend can fail to answer; every source maps onto this one list. */
export type FailureReason =
  | 'unauthorized'
  | 'bad_query'
  | 'too_large'
  | 'rate_limited'
  | 'timeout'
  | 'unavailable'
  | 'cancelled'
  | 'protocol';

/** A backend did not answer as it should. `message` holds at most 500 characters of what it said. */
export class OutboundError extends Error {
  constructor(
    readonly reason: FailureReason,
    message: string,
    readonly status?: number,
    /** Whether it may pass by itself, and how long the backend asks to be left alone. */
    readonly passing?: { readonly afterMs: number },
  ) {
    super(message.slice(0, 500));
    this.name = 'OutboundError';
  }
}

/** Where a backend is and how the portal shows itself to it: from the configuration, and from nowhere else. */
export interface Backend {
  /** May have a path; no slash at its end. */
  readonly base: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bearer?: string | undefined;
  /** Read again when it changes. */
  readonly bearerFile?: string | undefined;
  readonly basic?: { readonly user: string; readonly password: string } | undefined;
  /** PEM files, read again when they change. */
  readonly tls?: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  };
  /** Calls at once; more wait for a connection, within their own time. */
  readonly concurrency?: number;
}

export interface OutboundRequest {
  readonly backend: Backend;
  /** Segments below the base, each encoded by us. */
  readonly path: readonly string[];
  readonly query?: Record<string, string>;
  /** Sent as a form by POST. Still a question: what is asked here changes nothing at a backend, so it may be asked again. */
  readonly form?: Record<string, string>;
  /** What changes something there: sent once, shared with nobody. Who wants it sent again says so. */
  readonly send?: { readonly method: 'POST' | 'DELETE'; readonly json?: unknown };
  readonly headers?: Record<string, string>;
  /** For all tries together. */
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

/** Tries after the first, for failures that pass. */
const MAX_RETRIES = 2;
const RETRY_MS = 100;
const RETRIED_STATUS = [429, 502, 503, 504];
/** A connection that ended under us; a backend that refuses connections is down, and asking it again at once helps nobody. */
const RETRIED_CODES = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** Who asks later than this after another has a call, and a time, of his own. */
const SHARED_FOR_MS = 500;

interface Flight {
  readonly answer: Promise<OutboundResponse>;
  readonly startedMs: number;
  readonly stop: AbortController;
  waiting: number;
}

const flights = new Map<string, Flight>();

/**
 * The one way out of the portal. Times out, aborts with `signal`, counts decompressed bytes, follows no redirect, knows no address
 * but those of the configuration, shares the answer among those who ask the same at the same time (the call stops when the last of
 * them has left), and asks again where a failure passes. What changes something (`send`) is neither shared nor sent twice.
 * @throws OutboundError with one of the closed reasons.
 */
export function outbound(request: OutboundRequest): Promise<OutboundResponse> {
  const { signal } = request;
  if (signal?.aborted) return Promise.reject(leftBecause(signal));
  if (request.send)
    return once({
      ...request,
      signal: AbortSignal.any([
        ...(signal ? [signal] : []),
        AbortSignal.timeout(request.timeoutMs),
      ]),
    });
  const key = JSON.stringify([
    request.backend,
    request.path,
    request.query,
    request.form,
    request.headers,
    request.accept,
    request.maxBytes,
  ]);
  let flight = flights.get(key);
  if (!flight || performance.now() - flight.startedMs > SHARED_FOR_MS) {
    const stop = new AbortController();
    const answer = withRetries({
      ...request,
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(request.timeoutMs)]),
    });
    const started: Flight = { answer, stop, waiting: 0, startedMs: performance.now() };
    const over = () => flights.get(key) === started && flights.delete(key);
    answer.then(over, over);
    flights.set(key, started);
    flight = started;
  }
  const joined = flight;
  joined.waiting += 1;
  return new Promise((done, failed) => {
    const left = () => {
      failed(leftBecause(signal!));
      joined.waiting -= 1;
      if (joined.waiting > 0) return;
      if (flights.get(key) === joined) flights.delete(key);
      joined.stop.abort();
    };
    signal?.addEventListener('abort', left, { once: true });
    joined.answer.then(done, failed).finally(() => signal?.removeEventListener('abort', left));
  });
}

const leftBecause = (signal: AbortSignal) =>
  new OutboundError(isTimeout(signal.reason) ? 'timeout' : 'cancelled', 'stopped waiting');

async function withRetries(request: OutboundRequest): Promise<OutboundResponse> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await once(request);
    } catch (error) {
      if (!(error instanceof OutboundError) || retry >= MAX_RETRIES || !error.passing) throw error;
      const wait = Math.max(error.passing.afterMs, RETRY_MS * 2 ** retry * (0.5 + Math.random()));
      // A backend that asks for more time than there is gets it: what it said stands.
      if (wait > request.timeoutMs / 4) throw error;
      await new Promise((done) => setTimeout(done, wait));
      if (request.signal!.aborted) throw error;
    }
  }
}

async function once(request: OutboundRequest): Promise<OutboundResponse> {
  const { backend, signal } = request;
  const url = new URL(`${backend.base}/${request.path.map(encodeURIComponent).join('/')}`);
  for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
  try {
    const response = await send(url, {
      dispatcher: dispatcherOf(backend),
      method: request.send?.method ?? (request.form ? 'POST' : 'GET'),
      headers: {
        ...backend.headers,
        ...credentials(backend),
        ...(request.form
          ? { 'content-type': 'application/x-www-form-urlencoded' }
          : request.send?.json !== undefined
            ? { 'content-type': 'application/json' }
            : {}),
        ...request.headers,
      },
      body: request.form
        ? new URLSearchParams(request.form).toString()
        : request.send?.json !== undefined
          ? JSON.stringify(request.send.json)
          : null,
      signal: signal ?? null,
    });
    const body = await readCapped(
      decompressed(response),
      request.maxBytes,
      () =>
        new OutboundError(
          'too_large',
          `the answer is larger than ${Math.round(request.maxBytes / 1024 / 1024)} MiB`,
        ),
    );
    const status = response.statusCode;
    if ((status < 200 || status > 299) && !request.accept?.includes(status))
      throw refused(status, body, response.headers['retry-after']);
    return { status, contentType: String(response.headers['content-type'] ?? ''), body };
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    if (signal?.aborted)
      throw isTimeout(signal.reason)
        ? new OutboundError('timeout', `no answer within ${request.timeoutMs} ms`)
        : new OutboundError('cancelled', 'stopped waiting');
    const code = codeOf(error);
    throw new OutboundError(
      'unavailable',
      CAUSES[code] ?? `connection failed${code && ` (${code})`}`,
      undefined,
      RETRIED_CODES.includes(code) ? { afterMs: 0 } : undefined,
    );
  }
}

const isTimeout = (reason: unknown) =>
  reason instanceof DOMException && reason.name === 'TimeoutError';

function credentials({ bearer, bearerFile, basic }: Backend): Record<string, string> {
  const token = bearerFile ? fileText(bearerFile) : bearer;
  if (token) return { authorization: `Bearer ${token}` };
  return basic
    ? {
        authorization: `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}`,
      }
    : {};
}

function fileText(path: string): string {
  const text = secretText(path);
  if (text === undefined)
    throw new OutboundError('unauthorized', 'a credential file cannot be read');
  return text;
}

/** Connections are what limits calls at once: pools must not exist twice. */
const dispatchers = processState('http.outbound-pools', () => new Map<string, Agent>());

/** Not the global fetch: Next wraps that with caches and spans of its own. Connections are kept, and are the limit of calls at once. */
function dispatcherOf({ base, tls, concurrency = 16 }: Backend): Agent {
  const material = tls && {
    ca: tls.ca && fileText(tls.ca),
    cert: tls.cert && fileText(tls.cert),
    key: tls.key && fileText(tls.key),
  };
  const key = JSON.stringify([new URL(base).origin, concurrency, material]);
  let agent = dispatchers().get(key);
  if (!agent) {
    const given = Object.fromEntries(Object.entries(material ?? {}).filter((entry) => entry[1]));
    agent = new Agent({
      connect: { timeout: 2_000, ...given },
      connections: concurrency,
      keepAliveTimeout: 10_000,
    });
    dispatchers().set(key, agent);
  }
  return agent;
}

/** We ask for no compression: the portal stands beside its sources. A proxy may compress all the same. */
function decompressed(response: Dispatcher.ResponseData): AsyncIterable<Uint8Array> {
  if (response.headers['content-encoding'] !== 'gzip') return response.body;
  const plain = createGunzip();
  // Whoever reads `plain` meets the error of either stream.
  pipeline(response.body, plain, () => undefined);
  return plain;
}

function refused(
  status: number,
  body: Uint8Array,
  retryAfter: string | string[] | undefined,
): OutboundError {
  const said = new TextDecoder().decode(body.subarray(0, 2000)).replace(/\s+/g, ' ').trim();
  const text = said || `status ${status}`;
  const afterMs =
    typeof retryAfter === 'string' && /^\d{1,4}$/.test(retryAfter) ? Number(retryAfter) * 1000 : 0;
  return new OutboundError(
    reasonOf(status, text),
    status >= 300 && status < 400 ? 'answered with a redirect, which is not followed' : text,
    status,
    RETRIED_STATUS.includes(status) ? { afterMs } : undefined,
  );
}

function reasonOf(status: number, text: string): FailureReason {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 400) return 'bad_query';
  if (status === 413 || status === 422)
    return /exceeds|too large|max/i.test(text) ? 'too_large' : 'bad_query';
  if (status === 429) return 'rate_limited';
  if (status === 504 || status === 408) return 'timeout';
  return status >= 500 ? 'unavailable' : 'protocol';
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
};

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause as NodeJS.ErrnoException).code ?? '';
}

/** The body as JSON. @throws OutboundError `protocol` if it is none. */
export function jsonOf(response: OutboundResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(response.body));
  } catch {
    throw new OutboundError(
      'protocol',
      `the answer is not JSON (${response.contentType || 'no content type'})`,
    );
  }
}

/** Deadline of one source inside a view, in milliseconds (design: 5 s a source, 10 s a view). */
export const SOURCE_DEADLINE_MS = 5_000;
export const VIEW_DEADLINE_MS = 10_000;
