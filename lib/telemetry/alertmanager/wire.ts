import { z } from 'zod';

const pairs = z.record(z.string(), z.string());

/** Of the HTTP API, version 2: what is read of it. */
export const alertsAnswer = z.array(
  z.looseObject({
    fingerprint: z.string(),
    status: z.looseObject({ state: z.enum(['active', 'suppressed', 'unprocessed']) }),
    startsAt: z.string(),
    updatedAt: z.string(),
    labels: pairs,
    annotations: pairs,
    generatorURL: z.string().optional(),
    receivers: z.array(z.looseObject({ name: z.string() })).default([]),
  }),
);
export const statusAnswer = z.looseObject({ uptime: z.string() });
export const silencesAnswer = z.array(
  z.looseObject({
    id: z.string(),
    comment: z.string(),
    status: z.looseObject({ state: z.string() }),
  }),
);
export const silenceAnswer = z.looseObject({ silenceID: z.string() });
