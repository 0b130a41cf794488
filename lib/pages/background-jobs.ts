import {
  alertJobs,
  ALERT_PROCESS_TASKS,
  countNotificationQueues,
  notificationJobs,
  REPEATED_ALERT_JOBS,
} from '@/lib/alerts/jobs';
import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';
import {
  repeatedJob,
  repeatInProcess,
  scheduleRepeatedJobs,
  type RepeatedJob,
} from '@/lib/jobs/schedule';
import { startWorker, type RunningWorker } from '@/lib/jobs/worker';
import { canary } from '@/lib/telemetry/canary';
import { runRetention } from '@/lib/telemetry/embedded/retention';
import { MINUTE_MS, SECOND_MS } from '@/lib/time/units';

/** Free for what is due while every queue has a job that hangs. */
const SPARE = 2;
/** The queues of captures (4), of silences (one a source, few), and of what repeats. */
const OTHER_JOBS_AT_ONCE = 12;

interface Background {
  readonly workers: readonly RunningWorker[];
  readonly stopTasks: readonly (() => void)[];
}

const started = processState('jobs.background', () => ({
  background: undefined as Background | undefined,
}));

/**
 * Starts to run jobs in this process, and what every worker process does for itself; stops within
 * five seconds at SIGTERM.
 */
export function startBackgroundJobs(): void {
  if (started().background) return;
  const workers = [
    startWorker({
      name: 'notifications',
      jobs: notificationJobs(),
      concurrency: countNotificationQueues() + SPARE,
    }),
    startWorker({
      name: 'background',
      jobs: [...alertJobs(), ...REPEATED_ALERT_JOBS.map(repeatedJob)],
      concurrency: OTHER_JOBS_AT_ONCE,
      pollMs: 2 * SECOND_MS,
    }),
  ];
  const stopTasks = processTasks().map(repeatInProcess);
  started().background = { workers, stopTasks };
  process.once('SIGTERM', () => void stopBackgroundJobs());
}

/** Takes no more jobs and ends those that run, or leaves them to another process. */
export async function stopBackgroundJobs(): Promise<void> {
  const { background } = started();
  started().background = undefined;
  background?.stopTasks.forEach((stop) => stop());
  await Promise.all(background?.workers.map((worker) => worker.stop()) ?? []);
}

function processTasks(): RepeatedJob[] {
  const { TRACES_SOURCE, LOGS_SOURCE } = config();
  const isEmbedded = TRACES_SOURCE === 'embedded' || LOGS_SOURCE === 'embedded';
  return [
    // At the first start, and should somebody have emptied the queue.
    {
      name: 'schedule-repeated-jobs',
      everyMs: MINUTE_MS,
      run: () => scheduleRepeatedJobs(REPEATED_ALERT_JOBS),
    },
    ...ALERT_PROCESS_TASKS,
    { name: 'canary', everyMs: MINUTE_MS, run: canary() },
    ...(isEmbedded ? [{ name: 'telemetry-retention', everyMs: MINUTE_MS, run: runRetention }] : []),
  ];
}
