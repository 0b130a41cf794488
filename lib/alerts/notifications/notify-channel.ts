import { setTimeout as wait } from 'node:timers/promises';
import type { AlertChannel } from '@/lib/config/alert-settings';
import { config } from '@/lib/config/load';
import { alertPool } from '@/lib/db/pool';
import { OutboundError } from '@/lib/http/outbound-error';
import type { FailedAttempt, JobContext, JobHandler, JobResult } from '@/lib/jobs/handler';
import {
  countDueJobs,
  holdQueue,
  removeJobs,
  rescheduleJobs,
  reserveDueJobs,
  type WaitingJob,
} from '@/lib/jobs/queue';
import { jobFailure } from '@/lib/jobs/retry';
import { log } from '@/lib/observability/log';
import { epochMs, MINUTE_MS, SECOND_MS } from '@/lib/time/units';
import { withLockedEpisodes } from '../episodes/locked-episodes';
import { failingChannels, noteChannelFailure, noteChannelSuccess } from './channel-state';
import { digestOf } from './digest';
import { channelQueue, notifyJob, type NotifyPayload } from './escalation';
import { sendNotification, type Notification } from './send-notification';
import { unacknowledgedEpisodes, type UnacknowledgedEpisode } from './unacknowledged';

/** Where more than so many messages wait for a channel, it gets one that names them all. */
export const DIGEST_ABOVE = 20;
const MOST_IN_A_DIGEST = 2_000;
/** Jobs of a digest are left alone for so long; should the process die, they come again. */
const RESERVED_MS = 2 * MINUTE_MS;
/** A job of a digest that stays is sent once more: its removal is tried again. */
const REMOVAL_TRIES = 4;
const REMOVAL_RETRY_MS = SECOND_MS;
/** Episodes noted in one transaction. */
const NOTED_AT_ONCE = 200;

type Waiting = WaitingJob<NotifyPayload>;

/** Nobody has it, and nobody was told: that is never given up. */
export const notifyHandler: JobHandler<NotifyPayload> = {
  kind: notifyJob,
  run: notifyChannel,
  failed: noteFailedNotification,
};

/**
 * Tells one channel of one episode, or of all that wait where that is too many. The jobs of a
 * channel run one after the other. While the channel fails, one of them at a time is its probe, and
 * the others wait for that.
 */
async function notifyChannel(payload: NotifyPayload, context: JobContext): Promise<JobResult> {
  const channel = config().ALERT_CHANNELS.find(({ name }) => name === payload.channel);
  if (!channel) return 'not_needed';
  const [episode] = await unacknowledgedEpisodes([payload.episodeId]);
  if (!episode) return 'not_needed';
  const queue = channelQueue(channel.name);
  const failing = (await failingChannels()).find(({ name }) => name === channel.name);
  if (failing && failing.probeAt > Date.now()) {
    await holdQueue(alertPool(), queue, failing.probeAt);
    return { postponedUntil: failing.probeAt };
  }
  let others = await reserveForDigest(queue);
  let episodes = await unacknowledgedEpisodes([
    payload.episodeId,
    ...others.map((each) => each.payload.episodeId),
  ]);
  try {
    if (others.length > 0 && !(await sendDigest(channel, episodes, others, context.signal))) {
      others = [];
      episodes = [episode];
    }
    if (others.length === 0)
      await sendNotification(channel, single(episode, context), context.signal);
  } catch (error) {
    if (context.signal.aborted) return giveBack(others);
    const failure = limitRetryAfter(error);
    await holdFailingChannel(channel, queue, failing?.failures ?? 0, others, failure);
    throw failure;
  }
  await noteSent('success of the channel', async () => {
    if (failing) await noteChannelSuccess(channel.name);
  });
  const digested = others.map(({ id }) => id);
  await noteSent('jobs of the digest', () => removeJobs(alertPool(), digested), REMOVAL_TRIES);
  await noteSent('timeline', () =>
    noteNotified([payload, ...others.map((each) => each.payload)], episodes),
  );
  return 'done';
}

/**
 * Does what follows from a message that was taken. That it fails must not send the message again:
 * it is logged.
 */
async function noteSent(what: string, note: () => Promise<void>, tries = 1): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt += 1)
    try {
      return await note();
    } catch (error) {
      log().error({ ...jobFailure(error), what, attempt }, 'a sent notification was not noted');
      if (attempt < tries) await wait(REMOVAL_RETRY_MS);
    }
}

/** Others are due again, and this one is: if the process stops, another sends them. */
async function giveBack(others: readonly Waiting[]): Promise<JobResult> {
  const now = epochMs(Date.now());
  await rescheduleJobs(
    alertPool(),
    others.map(({ id }) => id),
    now,
  );
  return { postponedUntil: now };
}

const single = (episode: UnacknowledgedEpisode, { key }: JobContext): Notification => ({
  kind: 'unacknowledged',
  name: episode.name,
  severity: episode.severity,
  service: episode.service,
  summary: episode.summary,
  startedAt: episode.startedAt,
  url: episode.url,
  key,
});

/**
 * The other jobs of the queue, if there are so many that one message is to tell of them all;
 * otherwise none.
 */
async function reserveForDigest(queue: string): Promise<Waiting[]> {
  const due = await countDueJobs(alertPool(), notifyJob, queue);
  if (due < DIGEST_ABOVE) return [];
  const until = epochMs(Date.now() + RESERVED_MS);
  const reserved = await reserveDueJobs(alertPool(), notifyJob, queue, until, MOST_IN_A_DIGEST);
  const episodes = await unacknowledgedEpisodes(reserved.map(({ payload }) => payload.episodeId));
  const ids = new Set(episodes.map(({ id }) => id));
  const isNeeded = ({ payload }: Waiting) => ids.has(payload.episodeId);
  const idsOf = (jobs: readonly Waiting[]) => jobs.map(({ id }) => id);
  await removeJobs(alertPool(), idsOf(reserved.filter((job) => !isNeeded(job))));
  const needed = reserved.filter(isNeeded);
  if (needed.length >= DIGEST_ABOVE) return needed;
  await rescheduleJobs(alertPool(), idsOf(needed), epochMs(Date.now()));
  return [];
}

/**
 * That it takes no message of this size or form says nothing about the channel: the next may be
 * taken.
 */
const MESSAGE_REFUSED = new Set<string>(['bad_query', 'too_large']);

/**
 * Sends one message about many episodes.
 * @returns whether it was taken; if a receiver takes no digests, the others are due again
 */
async function sendDigest(
  channel: AlertChannel,
  episodes: readonly UnacknowledgedEpisode[],
  others: readonly Waiting[],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await sendNotification(channel, digestOf(channel.name, episodes), signal);
    return true;
  } catch (error) {
    const { code, message } = jobFailure(error);
    if (signal.aborted || !MESSAGE_REFUSED.has(code)) throw error;
    log().warn({ channel: channel.name, code, reason: message }, 'a digest was refused');
    await giveBack(others);
    return false;
  }
}

/** However long a channel asks for: an alert that nobody has waits no longer. */
const LONGEST_RETRY_AFTER_MS = 5 * MINUTE_MS;

function limitRetryAfter(error: unknown): unknown {
  if (!(error instanceof OutboundError) || !error.retryable) return error;
  const afterMs = Math.min(LONGEST_RETRY_AFTER_MS, error.retryable.afterMs);
  return new OutboundError(error.reason, error.message, error.status, { afterMs });
}

/** Lets the channel alone until its next probe, and with it all that waits for it. */
async function holdFailingChannel(
  channel: AlertChannel,
  queue: string,
  failuresBefore: number,
  others: readonly Waiting[],
  error: unknown,
): Promise<void> {
  const failure = jobFailure(error);
  if (MESSAGE_REFUSED.has(failure.code)) return;
  const ids = others.map(({ id }) => id);
  const probeAt = await noteChannelFailure(channel.name, failuresBefore, failure);
  await rescheduleJobs(alertPool(), ids, probeAt);
  await holdQueue(alertPool(), queue, probeAt);
}

async function noteNotified(
  told: readonly NotifyPayload[],
  episodes: readonly UnacknowledgedEpisode[],
): Promise<void> {
  const byEpisode = new Map(told.map((payload) => [payload.episodeId, payload]));
  const ids = episodes.map(({ id }) => id);
  for (let from = 0; from < ids.length; from += NOTED_AT_ONCE)
    await withLockedEpisodes(
      ids.slice(from, from + NOTED_AT_ONCE),
      async ({ episode, addEvent }) => {
        const payload = byEpisode.get(episode.id);
        if (!payload) return;
        await addEvent('notified', null, {
          channel: payload.channel,
          after: `${payload.minutes} min`,
          ...(ids.length > 1 ? { digest: ids.length } : {}),
        });
      },
    );
}

/** The first failure stands on the timeline; the others would only repeat it. */
async function noteFailedNotification(
  { episodeId, channel, minutes }: NotifyPayload,
  { attempt, code, message }: FailedAttempt,
): Promise<void> {
  if (attempt > 1) return;
  await withLockedEpisodes([episodeId], ({ addEvent }) =>
    addEvent('notification_failed', null, { channel, minutes, code, why: message }),
  );
}
