import { EventEmitter } from 'node:events';
import {
  Logger,
  runTaskList,
  runTaskListOnce,
  type TaskList,
  type WorkerEvents,
  type WorkerPool,
} from 'graphile-worker';
import { processState } from '@/lib/config/process-state';
import { jobsPool } from '@/lib/db/pool';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { untraced } from '@/lib/observability/untraced';
import { SECOND_MS } from '@/lib/time/units';
import { jobFailure } from './retry';
import { holdWorkerLock, releaseJobsOfDeadWorkers, unlockJobsOfEndedWorker } from './dead-workers';
import type { RunnableJob } from './handler';

/**
 * A worker looks for the next job while the queue of the last one is still locked, and would find
 * it at its next poll: it is told to look again when the queue is free.
 */
const QUEUE_FREE_MS = 20;
const RESTART_MS = 2 * SECOND_MS;
const RELEASE_EVERY_MS = 10 * SECOND_MS;
/** Handlers are told to stop after this time, and left after the second. */
const ABORT_MS = 2 * SECOND_MS;
const STOP_MS = 4 * SECOND_MS;

/** What the library says, in our log. Its data holds payloads and is left out. */
const logger = new Logger(() => (level, message) => {
  if (level === 'error') log().error({ code: 'job_queue_error' }, message);
  else if (level === 'warning') log().warn({ code: 'job_queue_warning' }, message);
  else log().debug(message);
});

const connectedWorkers = processState('jobs.connected-workers', () => new Set<WorkerEvents>());

export interface WorkerOptions {
  /** For the log. */
  readonly name: string;
  readonly jobs: readonly RunnableJob[];
  /**
   * Jobs at once. More than there are queues, so that a queue that hangs keeps nobody else waiting.
   */
  readonly concurrency: number;
  /** How late a job may be that was added for later; one that is due is heard of at once. */
  readonly pollMs?: number;
}

/** One life of a worker; after an error it gets another. */
interface RunningPool {
  readonly pool: WorkerPool;
  /** Settles when no handler runs any more and nothing is held. Never rejects. */
  readonly ended: Promise<void>;
}

export interface RunningWorker {
  /**
   * Takes no more jobs and waits for those that run, four seconds at most; the rest are for another
   * worker.
   */
  stop(): Promise<void>;
}

/**
 * Runs jobs of the given kinds until it is told to stop. Connects again whenever the database was
 * away. Should the process die, its jobs are taken by another worker within half a minute.
 */
export function startWorker({
  name,
  jobs,
  concurrency,
  pollMs = SECOND_MS,
}: WorkerOptions): RunningWorker {
  let stopped = false;
  let restart: NodeJS.Timeout | undefined;
  let running = run();

  function run(): RunningPool {
    const events = new EventEmitter() as WorkerEvents;
    const started = untraced(() =>
      runTaskList(
        {
          concurrency,
          events,
          gracefulShutdownAbortTimeout: ABORT_MS,
          logger,
          noHandleSignals: true,
          pollInterval: pollMs,
          // Only what is batched is waited for when a worker stops.
          preset: { worker: { completeJobBatchDelay: 0 } },
        },
        taskList(jobs),
        jobsPool(),
      ),
    );
    const releaseLock = untraced(() => holdWorkerLock(started.id));
    events.on('pool:listen:success', () => setConnected(events, true));
    events.on('pool:listen:error', () => setConnected(events, false));
    events.on('job:complete', ({ job }) => {
      if (job.job_queue_id === null) return;
      setTimeout(() => {
        if (!started._shuttingDown) started.nudge(1);
      }, QUEUE_FREE_MS).unref();
    });
    const ended = started.promise
      .catch((error: unknown) =>
        log().error({ worker: name, ...jobFailure(error) }, 'a worker ended; it is started again'),
      )
      .then(async () => {
        setConnected(events, false);
        if (!stopped)
          restart = setTimeout(() => {
            running = run();
          }, RESTART_MS).unref();
        await releaseLock();
        await unlockJobsOfEndedWorker(started.id);
      });
    return { pool: started, ended };
  }

  const release = setInterval(
    () => void untraced(() => releaseJobsOfDeadWorkers()),
    RELEASE_EVERY_MS,
  ).unref();

  return {
    async stop() {
      stopped = true;
      clearTimeout(restart);
      clearInterval(release);
      await stopPool(running, name);
    },
  };
}

async function stopPool({ pool, ended }: RunningPool, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((done) => {
    timer = setTimeout(() => done('late'), STOP_MS);
  });
  const stopped = Promise.resolve(pool.gracefulShutdown()).then(
    () => ended.then(() => 'ended' as const),
    () => 'late' as const,
  );
  if ((await Promise.race([stopped, late])) === 'late')
    // Its lock ends with the process; what it ran is then another's.
    log().warn({ worker: name, code: 'job_interrupted' }, 'a job did not end in time');
  clearTimeout(timer);
}

/** Runs what is due, one job after the other, until nothing is. For tests and tools. */
export async function runDueJobs(jobs: readonly RunnableJob[]): Promise<void> {
  const client = await jobsPool().connect();
  try {
    const options = { logger, noHandleSignals: true };
    await untraced(() => runTaskListOnce(options, taskList(jobs), client).promise);
  } finally {
    client.release();
  }
}

const taskList = (jobs: readonly RunnableJob[]): TaskList =>
  Object.fromEntries(
    jobs.map((job) => [
      job.name,
      async (payload: unknown, { job: row, abortSignal, getQueueName }) =>
        untraced(async () =>
          job.execute(payload, {
            key: row.key ?? row.id,
            priority: row.priority,
            queue: (await getQueueName()) ?? undefined,
            signal: abortSignal,
          }),
        ),
    ]),
  );

function setConnected(worker: WorkerEvents, connected: boolean): void {
  if (connected) connectedWorkers().add(worker);
  else connectedWorkers().delete(worker);
  metrics().jobWorkers.set(connectedWorkers().size);
}
