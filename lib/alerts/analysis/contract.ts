import { z } from 'zod';
import { signatureGroup } from '@/lib/requests/explore/contract';
import { change } from '@/lib/telemetry/contract';
import { RULE_SUBJECTS } from '@/lib/telemetry/prometheus/rule-subject';
import { partialReason } from '@/lib/telemetry/partial-reason';
import { instant } from '@/lib/time/schema';

const failed = z.string().nullable().describe('why the source did not answer');

/** What the rule of an alert counts. */
export const ruleSubject = z
  .object({
    kind: z
      .enum(RULE_SUBJECTS)
      .describe('infrastructure: no requests; unreadable: it is not known what the rule counts'),
    thresholdMs: z
      .number()
      .nullable()
      .describe('of slow requests: how long one may take; null where the usual is the measure'),
    quantile: z.number().nullable().describe('of slow requests: 0.95 for the 95th percentile'),
  })
  .meta({ id: 'RuleSubject' });

/** The requests an episode affects, by what failed or was slow. */
export const affectedRequests = z
  .object({
    since: instant.describe('when its rule went pending, less its range'),
    subject: ruleSubject,
    signatures: z.array(signatureGroup),
    partial: z.array(partialReason).describe('why it may not be all'),
    failed,
  })
  .meta({ id: 'AffectedRequests' });
export type AffectedRequestsView = z.infer<typeof affectedRequests>;

/**
 * What happened to the workloads, pods and nodes that an alert names, and to the services where what
 * it counts begins.
 */
export const episodeChanges = z
  .object({ services: z.array(z.string()), changes: z.array(change), failed })
  .meta({ id: 'EpisodeChanges' });
export type ChangesView = z.infer<typeof episodeChanges>;

/** The value of a rule over time. */
const ruleGraph = z
  .object({
    expression: z.string(),
    threshold: z.number().nullable(),
    operator: z.string().nullable(),
    holdMs: z.number().describe('how long the condition has to hold'),
    series: z.array(
      z.object({
        name: z.string(),
        points: z.array(z.tuple([z.number().describe('ms since 1970'), z.number().nullable()])),
      }),
    ),
    partial: z.array(partialReason).describe('why it may not be all'),
  })
  .meta({ id: 'RuleGraph' });
export type RuleGraph = z.infer<typeof ruleGraph>;

export const episodeRule = z
  .object({
    graph: ruleGraph.nullable(),
    pendingAt: instant,
    impactedSince: instant.describe('pendingAt, less the range of the rule'),
    failed,
  })
  .meta({ id: 'EpisodeRule' });
export type RuleView = z.infer<typeof episodeRule>;

export const keptEvidence = z
  .object({ evidence: z.uuid().describe('id to open the request with: ?evidence=') })
  .meta({ id: 'KeptEvidence' });

/** What is kept beside the requests of a piece of evidence, as Postgres holds it. */
export const evidenceSummary = z.object({
  requests: z.array(
    z.object({
      correlationId: z.string(),
      sentence: z.string(),
      signature: z.string().nullable(),
    }),
  ),
  excerpts: z.array(z.object({ time: instant, service: z.string(), body: z.string() })),
});
