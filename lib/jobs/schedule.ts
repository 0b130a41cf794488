import { z } from 'zod';
import { jobsPool } from '@/lib/db/pool';
import { log } from '@/lib/observability/log';
import { untraced } from '@/lib/observability/untraced';
import { epochMs } from '@/lib/time/units';
import type { RunnableJob } from './handler';
import { defineJob, enqueueJob, unfinishedJobKeys, type SqlExecutor } from './queue';
import { jobFailure } from './retry';

/** Work that repeats, on one process of all. It never overlaps itself. */
export interface RepeatedJob {
  readonly name: string;
  /** From the end of one run to the beginning of the next. */
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

const kindOf = (name: string) => defineJob(name, z.looseObject({}));

/** Runs, and queues itself again. What it throws is logged and costs this run only. */
export const repeatedJob = ({ name, everyMs, run }: RepeatedJob): RunnableJob => ({
  name,
  async execute() {
    try {
      await run();
    } catch (error) {
      const failure = jobFailure(error);
      log().error({ job: name, ...failure }, 'a repeated job failed; it runs again at its time');
    }
    await queueRun(jobsPool(), name, Date.now() + everyMs, true);
  },
});

/**
 * Runs a repeated job as soon as the transaction of `executor` has committed, instead of at its
 * next time.
 */
export const runRepeatedJobNow = (executor: SqlExecutor, name: string): Promise<void> =>
  queueRun(executor, name, Date.now(), false);

/**
 * Queues what is not queued yet: at the first start, and should somebody have emptied the queue.
 */
export async function scheduleRepeatedJobs(jobs: readonly RepeatedJob[]): Promise<void> {
  const known = await unfinishedJobKeys(
    jobsPool(),
    jobs.map(({ name }) => name),
  );
  for (const { name } of jobs)
    if (!known.has(name)) await queueRun(jobsPool(), name, Date.now(), true);
}

const queueRun = (executor: SqlExecutor, name: string, atMs: number, keepRunAt: boolean) =>
  enqueueJob(
    executor,
    kindOf(name),
    {},
    {
      key: name,
      queue: name,
      runAt: epochMs(atMs),
      keepRunAt,
    },
  );

/**
 * Work that every process does for itself (its own gauges, its own canary), again and again until
 * it is stopped.
 * @returns stops it
 */
export function repeatInProcess({ name, everyMs, run }: RepeatedJob): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    try {
      await untraced(run);
    } catch (error) {
      log().error({ job: name, ...jobFailure(error) }, 'a repeated task failed; it goes on');
    }
    if (!stopped) timer = setTimeout(() => void turn(), everyMs).unref();
  };
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
