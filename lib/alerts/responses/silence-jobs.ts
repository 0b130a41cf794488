import { z } from 'zod';
import { defineJob, type JobRequest } from '@/lib/jobs/queue';

const silencePayload = z.object({
  acknowledgement: z.string(),
  episodeId: z.string(),
});
export type SilencePayload = z.infer<typeof silencePayload>;

/** Silences what an acknowledgement covers, in the source itself. */
export const silenceJob = defineJob('silence-alert', silencePayload);

/** By this key the list knows that a silence is on its way. */
export const silenceKey = (acknowledgementId: string): string => `silence:${acknowledgementId}`;

/** Silences what is acknowledged, in its source. */
export const silenceRequest = (
  payload: SilencePayload,
  source: string,
): JobRequest<SilencePayload> => ({
  kind: silenceJob,
  payload,
  key: silenceKey(payload.acknowledgement),
  queue: `silence:${source}`,
});
