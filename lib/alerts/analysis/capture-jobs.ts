import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineJob, type JobRequest } from '@/lib/jobs/queue';

const capturePayload = z.object({
  service: z.string(),
  reason: z.enum(['fired', 'acknowledged']),
  /** Whose timeline says so if it cannot be done. */
  episodeId: z.string(),
});
export type CapturePayload = z.infer<typeof capturePayload>;

/** Keeps as evidence what fails in a service now. */
export const captureJob = defineJob('capture-evidence', capturePayload);

/** A capture waits for slow sources; so many services are captured at once. */
const QUEUES = 4;

/** A capture of what an episode's rule counts; one that waits already is also this one. */
export const captureRequest = (payload: CapturePayload): JobRequest<CapturePayload> => ({
  kind: captureJob,
  payload,
  key: `evidence:${payload.reason}:${payload.episodeId}`,
  queue: `evidence-${createHash('sha256').update(payload.service).digest().readUInt8() % QUEUES}`,
});
