import { z } from 'zod';

/** What stands beside telemetry on a time axis: changes of the cluster. */
const instant = z.string().describe('RFC 3339');

export const change = z.object({
  at: instant,
  kind: z.enum(['rollout', 'scaling', 'warning', 'event']),
  object: z.string().describe('what it happened to: Deployment checkout'),
  reason: z.string(),
  text: z.string(),
  count: z.number().int(),
});

/** Something that happened to the cluster. */
export type Change = z.infer<typeof change>;
