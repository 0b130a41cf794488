import { countOverdueJobs } from '@/lib/jobs/overdue';
import { captureJob } from '../analysis/capture-jobs';
import { silenceJob } from '../responses/silence-jobs';
import { failingChannels } from './channel-state';
import { channelQueue, notifyJob } from './escalation';

/** A channel is overdue once it has failed more often than this. */
const FAILURES = 2;

/** How many notifications, silences and captures should have been done by now. */
export async function countOverdue(): Promise<number> {
  const failing = (await failingChannels()).filter(({ failures }) => failures > FAILURES);
  return countOverdueJobs(
    [notifyJob.name, captureJob.name, silenceJob.name],
    failing.map(({ name, probeAt }) => ({ queue: channelQueue(name), until: probeAt })),
  );
}
