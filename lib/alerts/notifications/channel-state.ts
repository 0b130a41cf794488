import { alertPool } from '@/lib/db/pool';
import type { JobFailure } from '@/lib/jobs/retry';
import { retryDelayMs } from '@/lib/jobs/retry';
import { epochMs, MINUTE_MS, type EpochMs } from '@/lib/time/units';

/** A channel that does not take what is sent to it. */
export interface FailingChannel {
  readonly name: string;
  /** In a row. */
  readonly failures: number;
  /** Nothing is sent before. */
  readonly probeAt: EpochMs;
}

/** A channel that works again hears of it within this time. */
const LONGEST_PROBE_MS = MINUTE_MS;

interface Row {
  readonly name: string;
  readonly failures: number;
  readonly probe_at: Date;
}

/** Channels whose last message was not taken. */
export async function failingChannels(): Promise<FailingChannel[]> {
  const { rows } = await alertPool().query<Row>(
    `SELECT name, failures, probe_at
       FROM alert_channels`,
  );
  return rows.map(({ name, failures, probe_at }) => ({
    name,
    failures,
    probeAt: epochMs(probe_at.getTime()),
  }));
}

/** Notes that a channel failed once more. @returns when it may be tried next, by one message */
export async function noteChannelFailure(
  name: string,
  failuresBefore: number,
  { code, retryAfterMs }: JobFailure,
): Promise<EpochMs> {
  const failures = failuresBefore + 1;
  const backoffMs = Math.min(LONGEST_PROBE_MS, retryDelayMs(failures));
  const probeAt = epochMs(Date.now() + Math.max(retryAfterMs, backoffMs));
  await alertPool().query(
    `INSERT INTO alert_channels AS c (name, failing_since, failures, probe_at, reason)
     VALUES ($1, now(), $2, $3, $4)
     ON CONFLICT (name) DO UPDATE SET
       failures = excluded.failures,
       probe_at = excluded.probe_at,
       reason = excluded.reason`,
    [name, failures, new Date(probeAt), code],
  );
  return probeAt;
}

/** Notes that a channel took a message. */
export async function noteChannelSuccess(name: string): Promise<void> {
  await alertPool().query('DELETE FROM alert_channels WHERE name = $1', [name]);
}
