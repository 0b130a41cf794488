import { jobsPool } from '@/lib/db/pool';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { epochMs, type EpochMs } from '@/lib/time/units';
import { attemptOf, enqueueJob, type JobKind } from './queue';
import { jobFailure, retryDelayMs, type JobFailure } from './retry';

export interface JobContext {
  /** The same for every attempt: what a receiver can tell a repeated message by. */
  readonly key: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly queue: string | undefined;
  /** Aborts when the process is about to stop. */
  readonly signal: AbortSignal;
}

/** What became of a job. One that is postponed was not tried, and comes again at that time. */
export type JobResult = 'done' | 'not_needed' | { readonly postponedUntil: EpochMs };

export interface FailedAttempt extends JobFailure {
  readonly attempt: number;
  /** It was the last one. */
  readonly givenUp: boolean;
}

export interface JobHandler<Payload> {
  readonly kind: JobKind<Payload>;
  /** Does the work, at least once. What it throws is tried again, later each time. */
  run(payload: Payload, context: JobContext): Promise<JobResult>;
  /** Given up after so many attempts; never, if it is not given. */
  readonly maxAttempts?: number;
  /** Told of every attempt that failed. */
  failed?(payload: Payload, attempt: FailedAttempt): Promise<void>;
}

/** A handler as a worker runs it. */
export interface RunnableJob {
  readonly name: string;
  execute(
    payload: unknown,
    context: Omit<JobContext, 'attempt'> & { readonly priority: number },
  ): Promise<void>;
}

/**
 * Makes a handler runnable: reads the payload, counts, queues the next attempt. What is thrown from
 * here (a payload that is none, a database that is away) is left to the queue's own retries.
 */
export const runnableJob = <Payload>(handler: JobHandler<Payload>): RunnableJob => ({
  name: handler.kind.name,
  async execute(stored, { priority, ...rest }) {
    const payload = handler.kind.payload.parse(stored);
    const context: JobContext = { ...rest, attempt: attemptOf(priority) };
    let result: JobResult;
    try {
      result = await handler.run(payload, context);
    } catch (error) {
      return failAttempt(handler, payload, context, jobFailure(error));
    }
    if (typeof result === 'string') return countAttempt(handler.kind, result);
    countAttempt(handler.kind, 'postponed');
    await enqueueAgain(handler.kind, payload, context, result.postponedUntil, context.attempt);
  },
});

async function failAttempt<Payload>(
  handler: JobHandler<Payload>,
  payload: Payload,
  context: JobContext,
  failure: JobFailure,
): Promise<void> {
  const { attempt } = context;
  const givenUp = handler.maxAttempts !== undefined && attempt >= handler.maxAttempts;
  log().warn(
    { job: handler.kind.name, attempt, code: failure.code, reason: failure.message },
    givenUp ? 'a job failed and was given up' : 'a job failed; it is tried again',
  );
  countAttempt(handler.kind, givenUp ? 'given_up' : 'failed');
  if (!givenUp) {
    const runAt = epochMs(Date.now() + retryDelayMs(attempt, failure.retryAfterMs));
    await enqueueAgain(handler.kind, payload, context, runAt, attempt + 1);
  }
  await handler.failed?.(payload, { ...failure, attempt, givenUp });
}

/**
 * Under the same key. The running one is removed when its handler returns, so that a crash in
 * between runs it twice, never not at all.
 */
const enqueueAgain = <Payload>(
  kind: JobKind<Payload>,
  payload: Payload,
  { key, queue }: JobContext,
  runAt: EpochMs,
  attempt: number,
): Promise<void> =>
  enqueueJob(jobsPool(), kind, payload, {
    key,
    ...(queue === undefined ? {} : { queue }),
    runAt,
    attempt,
    keepRunAt: true,
  });

type Outcome = 'done' | 'not_needed' | 'postponed' | 'failed' | 'given_up';

const countAttempt = (kind: { readonly name: string }, outcome: Outcome): void =>
  metrics().jobAttempts.inc({ kind: kind.name, outcome });
