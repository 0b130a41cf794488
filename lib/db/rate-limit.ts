import { createHash } from 'node:crypto';
import pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { limitPool } from './pool';

export interface RateLimit {
  /**
   * Counts one attempt of a subject, at once for all replicas.
   * @returns how many it has made in its window, and whether this one is too many
   */
  count(subject: string): Promise<Attempt>;
  /** Forgets the attempts of a subject. */
  forget(subject: string): Promise<void>;
}

export interface Attempt {
  readonly attempts: number;
  readonly allowed: boolean;
  /** Until the window of the subject ends. */
  readonly retryAfterSeconds: number;
}

/** A limit of attempts a subject, counted in Postgres; a window begins with its first attempt. */
export function createRateLimit(
  name: string,
  options: { readonly maxAttempts: number; readonly windowSeconds: number },
): RateLimit {
  const limiter = new RateLimiterPostgres({
    // The library reckons with the driver's own parsing of 64-bit integers, not with bigint.
    storeClient: {
      query: (query: pg.QueryConfig) => limitPool().query({ ...query, types: pg.types }),
    },
    storeType: 'client',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points: options.maxAttempts,
    duration: options.windowSeconds,
    // No block in memory: a success on another replica lifts the limit here too.
  });
  return {
    async count(subject) {
      try {
        return toAttempt(await limiter.consume(keyOf(subject)), true);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return toAttempt(refusal, false);
        throw refusal;
      }
    },
    async forget(subject) {
      await limiter.delete(keyOf(subject));
    },
  };
}

const toAttempt = (result: RateLimiterRes, allowed: boolean): Attempt => ({
  attempts: result.consumedPoints,
  allowed,
  retryAfterSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
});

/** A hash: subjects may be long, and people type passwords into the field of the name. */
const keyOf = (subject: string): string => createHash('sha256').update(subject).digest('hex');
