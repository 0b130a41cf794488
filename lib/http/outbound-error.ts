/** All the ways a backend can fail to answer; every source maps onto this one list. */
export type FailureReason =
  | 'unauthorized'
  | 'bad_query'
  | 'too_large'
  | 'rate_limited'
  | 'timeout'
  | 'unavailable'
  | 'cancelled'
  | 'call_limit'
  | 'protocol';

const MAX_MESSAGE = 500;

/**
 * A backend did not answer as it should. `message` holds at most 500 characters of its own text.
 */
export class OutboundError extends Error {
  constructor(
    readonly reason: FailureReason,
    message: string,
    /** The HTTP status, where there was an answer. */
    readonly status?: number,
    /**
     * Set where the same call may succeed later: after how long the backend asks to be called
     * again.
     */
    readonly retryable?: { readonly afterMs: number },
  ) {
    super(message.slice(0, MAX_MESSAGE));
    this.name = 'OutboundError';
  }
}

/** The error of a caller that stopped waiting. */
export const abortError = (signal: AbortSignal, message = 'stopped waiting'): OutboundError =>
  new OutboundError(isTimeout(signal.reason) ? 'timeout' : 'cancelled', message);

/** Whether a signal was aborted by AbortSignal.timeout. */
export const isTimeout = (reason: unknown): boolean =>
  reason instanceof DOMException && reason.name === 'TimeoutError';
