import { AppError, type ErrorCode } from '@/lib/errors/app-error';
import { OutboundError, type FailureReason } from '@/lib/http/outbound-error';
import { SECOND_MS } from '@/lib/time/units';

/** Why a job failed, for code. */
export type JobErrorCode = ErrorCode | FailureReason | 'unexpected';

export interface JobFailure {
  readonly code: JobErrorCode;
  /** For people; never what an unknown error says. */
  readonly message: string;
  /** How long the other side asks to be left alone. */
  readonly retryAfterMs: number;
}

export function jobFailure(error: unknown): JobFailure {
  if (error instanceof OutboundError)
    return {
      code: error.reason,
      message: error.message,
      retryAfterMs: error.retryable?.afterMs ?? 0,
    };
  if (error instanceof AppError)
    return { code: error.code, message: error.message, retryAfterMs: 0 };
  return {
    code: 'unexpected',
    message: error instanceof Error ? error.name : 'unknown error',
    retryAfterMs: 0,
  };
}

const FIRST_RETRY_MS = 2 * SECOND_MS;
const LONGEST_RETRY_MS = 300 * SECOND_MS;
/** Of the wait, so that what failed at the same time is not tried at the same time. */
const JITTER = 0.25;

/**
 * Milliseconds to wait after the `attempt`th failure in a row: doubled each time, at most five
 * minutes, and never less than the other side asks for.
 */
export function retryDelayMs(
  attempt: number,
  retryAfterMs = 0,
  random: () => number = Math.random,
): number {
  const doubled = FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 20);
  const jitter = 1 - JITTER + 2 * JITTER * random();
  return Math.max(retryAfterMs, Math.min(LONGEST_RETRY_MS, doubled) * jitter);
}
