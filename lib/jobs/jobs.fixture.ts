import { jobsPool } from '@/lib/db/pool';

export interface StoredJob {
  readonly key: string;
  readonly queue: string | null;
  readonly runAt: Date;
  /** Failed before so often. */
  readonly failures: number;
}

/** The jobs of a kind that wait or run. */
export async function storedJobs(kind: string): Promise<StoredJob[]> {
  const { rows } = await jobsPool().query<StoredJob>(
    `SELECT key,
            queue_name AS queue,
            run_at AS "runAt",
            priority::int AS failures
       FROM graphile_worker.jobs
      WHERE task_identifier = $1
      ORDER BY key`,
    [kind],
  );
  return rows;
}

/**
 * Lets the jobs of a kind be due: a minute ago, since the clock of a virtual machine may step back.
 */
export async function makeJobsDue(kind: string): Promise<void> {
  await jobsPool().query(
    `SELECT graphile_worker.reschedule_jobs(
              ARRAY(SELECT id FROM graphile_worker.jobs WHERE task_identifier = $1),
              run_at => now() - interval '1 minute'
            )`,
    [kind],
  );
}

/** Empties the queue, whatever holds its jobs. */
export async function clearJobs(): Promise<void> {
  await jobsPool().query(
    `SELECT graphile_worker.force_unlock_workers(ARRAY(SELECT locked_by FROM graphile_worker.jobs))`,
  );
  await jobsPool().query(
    `SELECT graphile_worker.complete_jobs(ARRAY(SELECT id FROM graphile_worker.jobs))`,
  );
}
