import { callOnce, type OutboundRequest, type OutboundResponse } from './outbound-call';
import { abortError, OutboundError } from './outbound-error';

/** Deadline of one source inside a view (design: 5 s a source, 10 s a view). */
export const SOURCE_DEADLINE_MS = 5_000;
export const VIEW_DEADLINE_MS = 10_000;

/** Tries after the first, for failures that may pass. */
const MAX_RETRIES = 2;
const RETRY_MS = 100;

/** A caller that comes later than this after another gets a call, and a timeout, of its own. */
const SHARED_FOR_MS = 500;

interface SharedCall {
  readonly answer: Promise<OutboundResponse>;
  readonly startedMs: number;
  readonly stop: AbortController;
  callers: number;
}

const sharedCalls = new Map<string, SharedCall>();

/**
 * The one way out of the portal. Times out, aborts with `signal`, counts decompressed bytes,
 * follows no redirect, knows no address but those of the configuration, shares the answer among
 * callers that send the same at the same time (the call stops when the last of them has aborted),
 * and tries again where a failure may pass. What changes something (`send`) is neither shared nor
 * sent twice.
 * @throws OutboundError with one of the closed reasons
 */
export async function outbound(request: OutboundRequest): Promise<OutboundResponse> {
  const { signal } = request;
  if (signal?.aborted) throw abortError(signal);
  request.budget?.take();
  if (request.send) return callOnce({ ...request, signal: withTimeout(signal, request.timeoutMs) });
  const key = keyOf(request);
  let call = sharedCalls.get(key);
  if (!call || performance.now() - call.startedMs > SHARED_FOR_MS) call = startCall(key, request);
  return joinCall(key, call, signal);
}

const withTimeout = (signal: AbortSignal | undefined, timeoutMs: number): AbortSignal =>
  AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(timeoutMs)]);

/** Everything that makes a difference to the answer. */
const keyOf = (request: OutboundRequest): string =>
  JSON.stringify([
    request.backend,
    request.path,
    request.query,
    request.form,
    request.headers,
    request.acceptStatus,
    request.maxBytes,
  ]);

function startCall(key: string, request: OutboundRequest): SharedCall {
  const stop = new AbortController();
  const signal = withTimeout(stop.signal, request.timeoutMs);
  const call: SharedCall = {
    answer: callWithRetries({ ...request, signal }),
    startedMs: performance.now(),
    stop,
    callers: 0,
  };
  sharedCalls.set(key, call);
  const end = () => endSharing(key, call);
  call.answer.then(end, end);
  return call;
}

function endSharing(key: string, call: SharedCall): void {
  if (sharedCalls.get(key) === call) sharedCalls.delete(key);
}

function joinCall(
  key: string,
  call: SharedCall,
  signal: AbortSignal | undefined,
): Promise<OutboundResponse> {
  call.callers += 1;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(abortError(signal!));
      call.callers -= 1;
      if (call.callers > 0) return;
      endSharing(key, call);
      call.stop.abort();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    void call.answer
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener('abort', onAbort));
  });
}

async function callWithRetries(request: OutboundRequest): Promise<OutboundResponse> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await callOnce(request);
    } catch (error) {
      if (!(error instanceof OutboundError) || !error.retryable || retry >= MAX_RETRIES)
        throw error;
      const backoffMs = RETRY_MS * 2 ** retry * (0.5 + Math.random());
      const waitMs = Math.max(error.retryable.afterMs, backoffMs);
      // Where the backend asks for more time than there is, its refusal stands.
      if (waitMs > request.timeoutMs / 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (request.signal!.aborted) throw error;
    }
  }
}

/** The body as JSON. @throws OutboundError `protocol` if it is none */
export function parseJson(response: OutboundResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(response.body));
  } catch {
    // Not swallowed: it becomes the failure of the source.
    throw new OutboundError(
      'protocol',
      `the answer is not JSON (${response.contentType || 'no content type'})`,
    );
  }
}
