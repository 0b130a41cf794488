import { z } from 'zod';
import { config } from '@/lib/config/load';
import { SEVERITY_RANKS, severityKey } from '@/lib/config/severity-ranks';
import { defineJob, type JobRequest } from '@/lib/jobs/queue';
import { epochMs, MINUTE_MS, type EpochMs } from '@/lib/time/units';
import { severityPosition } from '../episodes/severity';

const notifyPayload = z.object({
  channel: z.string(),
  episodeId: z.string(),
  /** How long nobody had acknowledged it when the channel was to hear of it. */
  minutes: z.number(),
});
export type NotifyPayload = z.infer<typeof notifyPayload>;

/** One channel hears of one episode, unless somebody has it by then. */
export const notifyJob = defineJob('notify-channel', notifyPayload);

const QUEUE_PREFIX = 'channel:';

/** Every channel has a queue of its own: one that hangs or fails delays no other. */
export const channelQueue = (channel: string): string => `${QUEUE_PREFIX}${channel}`;

/**
 * After how long others hear of it: the minutes of its severity, else of its rank, else of the next
 * lower rank that has some; never where none has. A severity is whatever somebody put into a label.
 */
export function minutesUntilEscalation(severity: string): number | undefined {
  const { ESCALATE_AFTER_MINUTES: minutes } = config();
  const ranks = SEVERITY_RANKS.slice(severityPosition(severity));
  const configured = [severityKey(severity), ...ranks].find((each) => Object.hasOwn(minutes, each));
  return configured === undefined ? undefined : minutes[configured];
}

export interface Escalation {
  readonly episodeId: string;
  readonly severity: string;
  /** What it is told for: once for each firing and for each acknowledgement that ended. */
  readonly cause: string;
  readonly fromMs: EpochMs;
  /** Without its minutes: it has been there long enough. */
  readonly atOnce?: boolean;
}

/**
 * Who is told when, should nobody acknowledge: every channel, after the minutes of the severity.
 */
export function escalationJobs(escalation: Escalation): JobRequest<NotifyPayload>[] {
  const { episodeId, severity, cause, fromMs, atOnce = false } = escalation;
  const minutes = minutesUntilEscalation(severity);
  if (minutes === undefined) return [];
  const runAt = epochMs(fromMs + (atOnce ? 0 : minutes * MINUTE_MS));
  return config().ALERT_CHANNELS.map(({ name }) => ({
    kind: notifyJob,
    payload: { channel: name, episodeId, minutes },
    key: `escalate:${episodeId}:${name}:${cause}`,
    queue: channelQueue(name),
    runAt,
  }));
}
