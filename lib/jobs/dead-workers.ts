import type { PoolClient } from 'pg';
import { jobsPool } from '@/lib/db/pool';
import { log } from '@/lib/observability/log';
import { jobFailure } from './retry';

/**
 * First key of the advisory locks by which workers show that they live; the second is the hash of
 * the worker's id.
 */
const WORKER_LOCK = 7_201_005;
/** A worker that has just connected may not hold its lock yet. */
const GRACE_SECONDS = 15;

/**
 * Holds, for as long as the connection lasts, the lock that says that this worker lives. Postgres
 * releases it when the process dies, within a minute also when its machine vanishes. (The library
 * itself waits four hours before it takes a job from a worker.)
 */
export function holdWorkerLock(client: PoolClient, workerId: string): void {
  // What the library asks first on this connection comes first.
  client.once('drain', () => void hold(client, workerId));
}

async function hold(client: PoolClient, workerId: string): Promise<void> {
  try {
    await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [WORKER_LOCK, workerId]);
  } catch (error) {
    log().warn(
      { ...jobFailure(error), worker: workerId },
      'a worker could not show that it lives; its jobs may run twice',
    );
  }
}

/** Gives back what workers hold that are no more. Never throws: it is tried again soon. */
export async function releaseJobsOfDeadWorkers(): Promise<void> {
  try {
    const { rows } = await jobsPool().query<{ id: string }>(
      `WITH dead AS (
         SELECT DISTINCT jobs.locked_by AS id
           FROM graphile_worker.jobs AS jobs
          WHERE jobs.locked_at < now() - make_interval(secs => $2)
            AND NOT EXISTS (
                  SELECT
                    FROM pg_locks
                   WHERE locktype = 'advisory'
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                     AND classid = $1::int::oid
                     AND objid = (hashtext(jobs.locked_by)::bigint & 4294967295)::oid
                     AND objsubid = 2
                     AND granted
                )
       )
       SELECT id, graphile_worker.force_unlock_workers(ARRAY[id])
         FROM dead`,
      [WORKER_LOCK, GRACE_SECONDS],
    );
    if (rows.length > 0)
      log().warn({ code: 'worker_died', workers: rows.length }, 'took jobs from workers that died');
    await removeReplacedJobs();
  } catch (error) {
    log().warn(jobFailure(error), 'jobs of dead workers could not be released; tried again soon');
  }
}

/** Jobs that were replaced while they ran, and whose worker died before it removed them. */
const removeReplacedJobs = () =>
  jobsPool().query(
    `SELECT count(*)
       FROM graphile_worker.complete_jobs(
              ARRAY(
                SELECT id
                  FROM graphile_worker.jobs
                 WHERE key IS NULL
                   AND attempts >= max_attempts
                   AND locked_at IS NULL
              )
            )`,
  );
