import { jobsPool } from '@/lib/db/pool';
import type { EpochMs } from '@/lib/time/units';
import { priorityOf } from './queue';

/** A queue of which nothing is tried before a time. */
export interface HeldQueue {
  readonly queue: string;
  readonly until: EpochMs;
}

const LATE_SECONDS = 180;
const ATTEMPTS = 3;

/**
 * How many jobs of these kinds should have been done by now: due for longer than three minutes,
 * failed more than twice, or due in a queue that is held.
 */
export async function countOverdueJobs(
  kinds: readonly string[],
  held: readonly HeldQueue[],
): Promise<number> {
  const { rows } = await jobsPool().query<{ count: number }>(
    `SELECT count(*)::int AS count
       FROM graphile_worker.jobs AS jobs
       LEFT JOIN unnest($2::text[], $3::timestamptz[]) AS held (queue_name, until)
         ON held.queue_name = jobs.queue_name
      WHERE jobs.task_identifier = ANY($1::text[])
        AND jobs.locked_at IS NULL
        AND (
              jobs.run_at < now() - make_interval(secs => $4)
           OR jobs.priority >= $5
           OR jobs.run_at <= held.until
        )`,
    [
      kinds,
      held.map(({ queue }) => queue),
      held.map(({ until }) => new Date(until)),
      LATE_SECONDS,
      priorityOf(ATTEMPTS + 1),
    ],
  );
  return rows[0]?.count ?? 0;
}
