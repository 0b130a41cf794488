import { setTimeout as wait } from 'node:timers/promises';
import { processState } from '@/lib/config/process-state';
import { jobsPool } from '@/lib/db/pool';
import { keepSession } from '@/lib/db/session';
import { log } from '@/lib/observability/log';
import { SECOND_MS } from '@/lib/time/units';
import { jobFailure } from './retry';

/**
 * First key of the advisory locks by which workers show that they live; the second is the hash of
 * the worker's id.
 */
const WORKER_LOCK = 7_201_005;
/** A worker that has just started, or lost its connection, has its lock again within this time. */
const GRACE_MS = 15 * SECOND_MS;
const RETRY_MS = SECOND_MS;

/**
 * Holds the lock that says that this worker lives, on a connection of its own, again whenever that
 * was cut. Postgres releases it when the process dies, within a minute also when its machine
 * vanishes. (The library itself waits four hours before it takes a job from a worker.)
 * @returns releases it
 */
export function holdWorkerLock(workerId: string): () => Promise<void> {
  let isMissingLogged = false;
  return keepSession(
    'worker-lock',
    RETRY_MS,
    async (client) => {
      const { rows } = await client.query<{ held: boolean }>(
        'SELECT pg_try_advisory_lock($1, hashtext($2)) AS held',
        [WORKER_LOCK, workerId],
      );
      const held = rows[0]?.held === true;
      if (held) isMissingLogged = false;
      return held;
    },
    (error) => {
      // It is tried each second: once is enough.
      if (isMissingLogged) return;
      isMissingLogged = true;
      log().warn(
        { ...jobFailure(error), worker: workerId },
        'a worker cannot show that it lives; tried again each second',
      );
    },
  );
}

/**
 * Gives back what a worker still holds that has ended, whatever the reason: a completion that
 * failed, a job whose taking was never answered. Tried until it succeeds.
 */
export async function unlockJobsOfEndedWorker(workerId: string): Promise<void> {
  for (;;)
    try {
      await unlockWorkers([workerId]);
      return;
    } catch (error) {
      log().warn(
        { ...jobFailure(error), worker: workerId },
        'jobs of a worker that ended could not be released; tried again',
      );
      await wait(RETRY_MS, undefined, { ref: false });
    }
}

/**
 * Gives back what workers hold that are no more, and frees queues that nobody works on. A worker is
 * dead when two looks further apart than `graceMs` found its lock missing. Never throws: it is
 * tried again soon.
 */
export async function releaseJobsOfDeadWorkers(graceMs = GRACE_MS): Promise<void> {
  try {
    const dead = await findDeadWorkers(graceMs);
    if (dead.length > 0) {
      await unlockWorkers(dead);
      log().warn({ code: 'worker_died', workers: dead.length }, 'took jobs from workers that died');
    }
    await unlockIdleQueues();
    await removeReplacedJobs();
  } catch (error) {
    // Where the database was away every lock is missing at first: looks from before do not count.
    missingSince().clear();
    log().warn(jobFailure(error), 'jobs of dead workers could not be released; tried again soon');
  }
}

/** Since when each worker's lock is missing, by a clock that never steps. */
const missingSince = processState('jobs.missing-worker-locks', () => new Map<string, number>());

async function findDeadWorkers(graceMs: number): Promise<string[]> {
  const missing = new Set(await findWorkersWithoutLock());
  const now = performance.now();
  const since = missingSince();
  for (const id of since.keys()) if (!missing.has(id)) since.delete(id);
  for (const id of missing) if (!since.has(id)) since.set(id, now);
  return [...missing].filter((id) => now - since.get(id)! > graceMs);
}

/** Of the workers that hold a job or a queue. */
async function findWorkersWithoutLock(): Promise<string[]> {
  const { rows } = await jobsPool().query<{ id: string }>(
    `SELECT id
       FROM (
              SELECT locked_by
                FROM graphile_worker.jobs
               UNION
              SELECT locked_by
                FROM graphile_worker._private_job_queues
            ) AS workers (id)
      WHERE id IS NOT NULL
        AND NOT EXISTS (
              SELECT
                FROM pg_locks
               WHERE locktype = 'advisory'
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                 AND classid = $1::int::oid
                 AND objid = (hashtext(workers.id)::bigint & 4294967295)::oid
                 AND objsubid = 2
                 AND granted
            )`,
    [WORKER_LOCK],
  );
  return rows.map(({ id }) => id);
}

const unlockWorkers = (ids: readonly string[]) =>
  jobsPool().query('SELECT graphile_worker.force_unlock_workers($1::text[])', [ids]);

/**
 * A queue is locked and freed with its job, in one statement. Where the job is gone (removed or
 * given to another while it ran), nothing frees the queue of a worker that lives.
 */
const unlockIdleQueues = () =>
  jobsPool().query(
    `UPDATE graphile_worker._private_job_queues AS queues
        SET locked_at = NULL,
            locked_by = NULL
      WHERE queues.locked_at < now() - make_interval(secs => $1)
        AND NOT EXISTS (
              SELECT
                FROM graphile_worker._private_jobs AS jobs
               WHERE jobs.job_queue_id = queues.id
                 AND jobs.locked_at IS NOT NULL
            )`,
    [GRACE_MS / SECOND_MS],
  );

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
