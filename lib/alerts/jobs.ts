import { config } from '@/lib/config/load';
import { runnableJob, type RunnableJob } from '@/lib/jobs/handler';
import type { RepeatedJob } from '@/lib/jobs/schedule';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/time/units';
import { measureImpact } from './analysis/impact';
import { findNewSignatures, updateStillFailing } from './analysis/recurrence';
import { captureHandler } from './analysis/run-captures';
import { expiredAcknowledgements } from './responses/acknowledgement-store';
import { measureAlertGauges } from './gauges';
import { processDeliveries } from './intake/process-deliveries';
import { RECONCILE_JOB, reconcileSources } from './intake/reconcile';
import { notifyHandler } from './notifications/notify-channel';
import { moveOutboxEntries } from './notifications/outbox-entries';
import { endAcknowledgement } from './responses/acknowledgements';
import { endSilences, silenceHandler } from './responses/silences';
import { deleteOldAlertData } from './retention';

/** Telling others, on a worker of their own: nothing else may keep a notification waiting. */
export const notificationJobs = (): RunnableJob[] => [runnableJob(notifyHandler)];

/** One queue a channel, and one job at a time in each. */
export const countNotificationQueues = (): number => config().ALERT_CHANNELS.length;

/** The other jobs that alerts and people add. */
export const alertJobs = (): RunnableJob[] => [
  runnableJob(captureHandler),
  runnableJob(silenceHandler),
];

/** What one process of all does again and again. */
export const REPEATED_ALERT_JOBS: readonly RepeatedJob[] = [
  { name: 'process-deliveries', everyMs: 5 * SECOND_MS, run: processDeliveries },
  { name: RECONCILE_JOB, everyMs: 45 * SECOND_MS, run: () => reconcileSources() },
  { name: 'expire-acknowledgements', everyMs: 10 * SECOND_MS, run: expireAcknowledgements },
  { name: 'measure-impact', everyMs: 15 * SECOND_MS, run: measureImpact },
  { name: 'end-silences', everyMs: 10 * SECOND_MS, run: endSilences },
  { name: 'break-acknowledgements', everyMs: 30 * SECOND_MS, run: breakAcknowledgements },
  { name: 'check-recurrence', everyMs: MINUTE_MS, run: updateStillFailing },
  { name: 'move-outbox-entries', everyMs: 30 * SECOND_MS, run: moveOutboxEntries },
  { name: 'delete-old-alert-data', everyMs: HOUR_MS, run: deleteOldAlertData },
];

/** What every worker process does for itself. */
export const ALERT_PROCESS_TASKS: readonly RepeatedJob[] = [
  { name: 'measure-alert-gauges', everyMs: 10 * SECOND_MS, run: measureAlertGauges },
];

async function expireAcknowledgements(): Promise<void> {
  const expired = await expiredAcknowledgements();
  if (expired.length > 0) await endAcknowledgement(expired, 'expired', null);
}

/** A failure that was not there when somebody acknowledged needs somebody anew. */
async function breakAcknowledgements(): Promise<void> {
  for (const { episodeId, signature, count: requests } of await findNewSignatures())
    await endAcknowledgement([episodeId], 'new_signature', null, { signature, requests });
}
