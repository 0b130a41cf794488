import { z } from 'zod';
import { SEVERITY_RANKS } from '@/lib/config/severity-ranks';
import { nameSchemas } from '@/lib/http/named-schemas';
import { instant } from '@/lib/time/schema';
import { evidenceSummary, ruleSubject } from './analysis/contract';
import { TEST_CODES, UNREAD_PARTS } from './sources/observation';

/** Whether alerts of a source can be silenced there, or why not. */
export const SILENCE_ABILITIES = [
  'possible',
  'not_alertmanager',
  'no_peers',
  'source_gone',
] as const;
export type SilenceAbility = (typeof SILENCE_ABILITIES)[number];

/** Whether a person can resolve an episode: not where its source tells its end. */
export const RESOLUTION_ABILITIES = ['possible', 'source_tells', 'resolved'] as const;
export type ResolutionAbility = (typeof RESOLUTION_ABILITIES)[number];

/** The JSON of `/api/alerts` and `/api/alerts/{episodeId}`. */

export const acknowledgement = z.object({
  id: z.string(),
  actor: z.string(),
  owner: z.string(),
  note: z.string(),
  createdAt: instant,
  expiresAt: instant,
  silenced: z
    .enum(['no', 'requested', 'yes', 'failed'])
    .describe('whether Alertmanager has a silence for it; requested: it is tried'),
  silenceFailure: z.string().nullable().describe('why there is none yet, or none at all'),
});

export const impact = z.object({
  at: instant,
  since: instant.describe('when the rule went pending, less its range'),
  service: z.string(),
  subject: ruleSubject,
  failed: z.number().nullable().describe('requests that failed; null where the rule counts others'),
  total: z.number().nullable(),
  normalShare: z.number().nullable().describe('share that fails otherwise: the hour before'),
  latency: z
    .object({
      quantile: z.number(),
      seconds: z.number().nullable(),
      normalSeconds: z.number().nullable().describe('before the harm began'),
      slow: z.number().nullable().describe('requests that took longer than boundSeconds'),
      boundSeconds: z.number().nullable(),
    })
    .nullable()
    .describe('of a rule about slow requests'),
  calls: z
    .object({
      client: z.string().nullable(),
      server: z.string().nullable(),
      now: z.number().nullable(),
      normal: z.number().nullable().describe('the hour before'),
    })
    .nullable()
    .describe('of a rule about missing calls: calls a second; about retries: for each request'),
  leading: z
    .object({
      signature: z.string(),
      count: z.number(),
      usualPerHour: z.number().nullable().describe('how often it comes otherwise'),
    })
    .nullable()
    .describe('what failed or was slow most beyond its usual number'),
  lastAt: instant.nullable().describe('the newest request that is affected'),
  unknown: z.string().nullable().describe('why nothing is known'),
});

export const episodeRow = z.object({
  id: z.string(),
  state: z.enum(['firing', 'acknowledged', 'resolved']),
  severity: z.string().describe('in lower case; none where the alert has no severity'),
  severityText: z.string().describe('as its source wrote it'),
  severityRank: z.enum(SEVERITY_RANKS).describe('how bad that is; unknown: not a mapped word'),
  name: z.string(),
  service: z.string().nullable(),
  source: z.string(),
  group: z.string().nullable(),
  summary: z.string(),
  test: z.enum(TEST_CODES).nullable().describe('how it was told that it is only a test'),
  startedAt: instant,
  resolvedAt: instant.nullable(),
  unconfirmed: z
    .boolean()
    .describe('it has ended, and something said it has not: its source is being asked'),
  acknowledgement: acknowledgement.nullable(),
  silence: z.enum(SILENCE_ABILITIES).describe('whether it can be silenced in its source'),
  impact: impact.nullable(),
});

/** An episode drawn on the time axis of a request or a dashboard. */
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

const event = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, detail: Shape) =>
  z.object({
    id: z.string(),
    at: instant,
    actor: z.string().nullable().describe('the person who did it'),
    kind: z.literal(kind),
    detail: z.object(detail),
  });

const reported = {
  peer: z.string().optional().describe('who delivered it'),
  startsAt: instant.optional(),
  endsAt: instant.optional(),
  why: z.string().optional().describe('what reconciliation found'),
};
const acknowledged = {
  owner: z.string(),
  note: z.string(),
  until: instant,
  silence: z.boolean().optional(),
};
const failed = {
  why: z.string(),
  code: z.string().optional(),
  attempts: z.number().int().optional().describe('after which it was given up'),
};
const failedSilence = { ...failed, acknowledgement: z.string().optional() };

export const timelineEvent = z.discriminatedUnion('kind', [
  event('fired', reported),
  event('annotations_changed', {
    ...reported,
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  event('resolved', {
    ...reported,
    by: z.string().optional(),
    note: z.string().optional().describe('of the person who resolved it'),
  }),
  event('reopened', reported),
  event('late_message', {
    ...reported,
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  event('unconfirmed', reported),
  event('merged', reported),
  event('parts_not_read', {
    parts: z.array(z.enum(UNREAD_PARTS)).describe('what of the alert was not as it should be'),
  }),
  event('acknowledged', acknowledged),
  event('handed_over', acknowledged),
  event('acknowledgement_withdrawn', { owner: z.string() }),
  event('acknowledgement_expired', { owner: z.string() }),
  event('acknowledgement_broken', {
    owner: z.string(),
    signature: z.string().optional(),
    requests: z.number().optional(),
  }),
  event('note_added', { text: z.string() }),
  event('fix_recorded', { text: z.string() }),
  event('evidence_captured', {
    evidence: z.string(),
    reason: z.string(),
    requests: z.number(),
    signatures: z.number(),
    from: instant,
    to: instant,
  }),
  event('evidence_abandoned', failed),
  event('notified', {
    channel: z.string(),
    after: z.string().optional(),
    digest: z.number().int().optional().describe('told in one message with so many'),
  }),
  event('notification_failed', {
    ...failed,
    channel: z.string(),
    minutes: z.number().optional(),
  }),
  event('silenced', { silence: z.string(), until: instant }),
  event('silence_failed', failedSilence),
  event('silence_not_possible', {
    ability: z.enum(SILENCE_ABILITIES).describe('why its source cannot silence it'),
  }),
  event('silence_abandoned', failedSilence),
  event('silence_ended', { silence: z.string() }),
]);

export const episodeView = episodeRow.extend({
  at: instant.describe('when this was read'),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  generatorUrl: z.string().nullable(),
  runbookUrl: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  pendingAt: instant.nullable(),
  impactedSince: instant
    .nullable()
    .describe('pendingAt, less the range of the rule: what failed before cannot be due to it'),
  repeats: z.number(),
  subject: ruleSubject.nullable().describe('what its rule counts; null until it was read'),
  signatures: z.array(z.string()).describe('of everything that was captured'),
  leadingSignature: z
    .string()
    .nullable()
    .describe('of what failed or was slow most beyond its usual number'),
  fix: z.object({ text: z.string(), by: z.string(), at: instant }).nullable(),
  stillFailing: z
    .number()
    .int()
    .describe(
      'requests that failed as its leading signature says, since it resolved, if more than usual',
    ),
  timeline: z.array(timelineEvent).describe('newest first'),
  changes: z
    .array(
      z.object({
        at: instant,
        kind: z.enum(['fired', 'resolved']),
        id: z.string(),
        name: z.string(),
        service: z.string().nullable(),
      }),
    )
    .describe('other alerts that began or ended in the hour before'),
  before: z.array(
    z.object({
      id: z.string(),
      startedAt: instant,
      resolvedAt: instant,
      owner: z.string().nullable(),
      notes: z.array(z.string()),
      resolvedByPerson: z.string().nullable().describe('who resolved it by hand'),
      fix: z.string().nullable(),
      name: z.string(),
      service: z.string().nullable(),
      same: z
        .enum(['signature', 'alert'])
        .describe('the same failure leads it, or it is of the same alert'),
    }),
  ),
  evidence: z.array(
    evidenceSummary.extend({
      id: z.string(),
      reason: z.string(),
      capturedAt: instant,
      from: instant,
      to: instant,
    }),
  ),
  responders: z.array(z.string()).describe('who it can be handed to'),
  resolution: z
    .enum(RESOLUTION_ABILITIES)
    .describe('whether a person can resolve it: not where its source tells its end'),
  acknowledgementScope: z.string().describe('what acknowledging does and does not quiet'),
});

export const heartbeatProblem = z.discriminatedUnion('code', [
  z.object({ code: z.literal('source_never_sent'), source: z.string() }),
  z.object({ code: z.literal('watchdog_never_sent'), source: z.string(), watchdog: z.string() }),
  z.object({ code: z.literal('watchdog_late'), source: z.string(), lastAt: instant }),
  z.object({
    code: z.literal('peer_unreachable'),
    source: z.string(),
    peer: z.string(),
    answeredAt: instant.nullable(),
    failure: z.string(),
  }),
  z.object({
    code: z.literal('alerts_recovered'),
    source: z.string(),
    peer: z.string(),
    count: z.number().int().describe('alerts of the peer that no message told of'),
  }),
  z.object({ code: z.literal('notifications_overdue'), count: z.number().int() }),
]);

export const heartbeat = z.object({
  state: z.enum(['ok', 'unreliable', 'none']),
  lastDeliveryAt: instant.nullable(),
  watchdogAt: instant.nullable(),
  problems: z.array(heartbeatProblem).describe('why alerts may be missing'),
  sentences: z.array(z.string()).describe('the problems for people, in the same order'),
});

export const episodeList = z.object({
  at: instant.describe('when this was read'),
  episodes: z.array(episodeRow),
  counts: z.object({
    firing: z.number().int(),
    unacknowledged: z.number().int(),
    shown: z.number().int(),
  }),
  heartbeat,
  more: z.boolean().describe('there are more than are shown'),
});

export type Acknowledgement = z.infer<typeof acknowledgement>;
export type Impact = z.infer<typeof impact>;
export type EpisodeRow = z.infer<typeof episodeRow>;
export type EpisodeView = z.infer<typeof episodeView>;
export type EpisodeList = z.infer<typeof episodeList>;
export type EpisodeBand = z.infer<typeof episodeBand>;
export type TimelineEvent = z.infer<typeof timelineEvent>;
export type TimelineEventKind = TimelineEvent['kind'];
export type TimelineEventDetail<Kind extends TimelineEventKind> = Extract<
  TimelineEvent,
  { kind: Kind }
>['detail'];
export type Heartbeat = z.infer<typeof heartbeat>;
export type HeartbeatProblem = z.infer<typeof heartbeatProblem>;

/** What an acknowledgement did to each of the episodes. */
export const acknowledgeResult = z.object({
  episodeId: z.uuid(),
  outcome: z.enum(['acknowledged', 'already_resolved']),
  expiresAt: instant.nullable(),
  silence: z
    .enum(['no', 'requested', 'not_possible'])
    .describe('not_possible: it was asked for, and its source cannot'),
});
export type AcknowledgeResult = z.infer<typeof acknowledgeResult>;
export const acknowledgeManyResult = z.object({ acknowledged: z.array(acknowledgeResult) });

/** What Postgres can hold. */
const plain = z
  .string()
  .refine(
    (text) => !text.includes('\u0000') && text.isWellFormed(),
    'must be text without NUL and halves of characters',
  );
export const STATES = ['open', 'unacknowledged', 'acknowledged', 'resolved', 'all'] as const;
export const listQuery = z.object({
  state: z.enum(STATES).default('open'),
  severity: plain.max(40).optional().describe('a rank, or a word as alerts have it'),
  service: plain.max(200).optional(),
  q: plain.max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});
export type ListQuery = z.infer<typeof listQuery>;

const note = plain.max(2_000).default('');
const idempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{8,128}$/, 'must have 8 to 128 letters, digits or ._:-');
export const acknowledgeBody = z.strictObject({
  note,
  hours: z.number().min(0.1).max(72).optional(),
  owner: plain.min(1).max(200).optional().describe('hand it to this person'),
  silence: z
    .boolean()
    .default(false)
    .describe('silence it in its source too; a conflict where that cannot be'),
  idempotencyKey,
});
export type AcknowledgeBody = z.infer<typeof acknowledgeBody>;
export const acknowledgeManyBody = acknowledgeBody.extend({
  episodes: z.array(z.uuid()).min(1).max(500),
});
export const resolveBody = z.strictObject({ note, idempotencyKey });
export type ResolveBody = z.infer<typeof resolveBody>;
export const resolution = z.object({ episodeId: z.uuid(), resolvedAt: instant });
export type Resolution = z.infer<typeof resolution>;
export const textBody = z.strictObject({ text: plain.trim().min(1).max(4_000) });
export const episodeParams = z.object({ episodeId: z.uuid() });
/** The server-sent events of the alert stream. */
export const alertStreamEvents = {
  changed: z.object({}).describe('something of an alert changed: read again what is shown'),
};
export const channelTestBody = z.strictObject({ name: plain.max(40) });

nameSchemas({
  Acknowledgement: acknowledgement,
  Impact: impact,
  EpisodeRow: episodeRow,
  EpisodeBand: episodeBand,
  TimelineEvent: timelineEvent,
  EpisodeView: episodeView,
  HeartbeatProblem: heartbeatProblem,
  Heartbeat: heartbeat,
  EpisodeList: episodeList,
  AcknowledgeResult: acknowledgeResult,
  AcknowledgeManyResult: acknowledgeManyResult,
  Acknowledge: acknowledgeBody,
  AcknowledgeMany: acknowledgeManyBody,
  Resolve: resolveBody,
  Resolution: resolution,
  Text: textBody,
});
