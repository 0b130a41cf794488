import { z } from 'zod';

/** What stands beside telemetry on a time axis: changes of the cluster, and alerts that were open. */
const instant = z.string().describe('RFC 3339');

export const change = z.object({
  at: instant,
  kind: z.enum(['rollout', 'scaling', 'warning', 'event']),
  object: z.string().describe('what it happened to: Deployment checkout'),
  reason: z.string(),
  text: z.string(),
  count: z.number().int(),
});

export const episodeBand = z.object({
  id: z.string(),
  name: z.string(),
  severity: z.string(),
  service: z.string().nullable(),
  state: z.enum(['firing', 'acknowledged', 'resolved']),
  startedAt: instant,
  resolvedAt: instant.nullable(),
  owner: z.string().nullable().describe('who has acknowledged it'),
  note: z.string(),
});

/** Something that happened to the cluster. */
export type Change = z.infer<typeof change>;
export type EpisodeBand = z.infer<typeof episodeBand>;
