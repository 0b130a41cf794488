import { z } from 'zod';
import { nameSchemas } from '@/lib/http/named-schemas';
import { instant } from '@/lib/time/schema';
import { evidenceSummary } from './analysis/contract';

/** The JSON of `/api/alerts` and `/api/alerts/{episodeId}`. */

export const acknowledgement = z.object({
  id: z.string(),
  actor: z.string(),
  owner: z.string(),
  note: z.string(),
  createdAt: instant,
  expiresAt: instant,
  silenced: z.enum(['no', 'wanted', 'yes']).describe('whether Alertmanager has a silence for it'),
});

export const impact = z.object({
  at: instant,
  since: instant.describe('when the rule went pending, less its range'),
  service: z.string(),
  failed: z.number().nullable(),
  total: z.number().nullable(),
  normalShare: z.number().nullable().describe('share that fails otherwise: the hour before'),
  lastAt: instant.nullable().describe('the newest request that failed'),
  unknown: z.string().nullable().describe('why nothing is known'),
});

export const episodeRow = z.object({
  id: z.string(),
  state: z.enum(['firing', 'acknowledged', 'resolved']),
  severity: z.string(),
  name: z.string(),
  service: z.string().nullable(),
  source: z.string(),
  group: z.string().nullable(),
  summary: z.string(),
  startedAt: instant,
  resolvedAt: instant.nullable(),
  doubtful: z
    .boolean()
    .describe('it has ended, and something said it has not: its source is being asked'),
  acknowledgement: acknowledgement.nullable(),
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

export const timelineEvent = z.object({
  id: z.string(),
  at: instant,
  kind: z.string(),
  actor: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

export const episodeView = episodeRow.extend({
  at: instant.describe('when this was read'),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  generatorUrl: z.string().nullable(),
  runbookUrl: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  pendingAt: instant.nullable(),
  hurtSince: instant.nullable(),
  repeats: z.number(),
  signatures: z.array(z.string()),
  fix: z.object({ text: z.string(), by: z.string(), at: instant }).nullable(),
  stillFailing: z.number().int().describe('requests that failed the same way since it resolved'),
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
      fix: z.string().nullable(),
      same: z.enum(['signature', 'alert']),
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
  people: z.array(z.string()).describe('who it can be handed to'),
  quiets: z.string().describe('what acknowledging does and does not quiet'),
});

export const heartbeat = z.object({
  state: z.enum(['ok', 'deaf', 'none']),
  lastDeliveryAt: instant.nullable(),
  watchdogAt: instant.nullable(),
  sentences: z.array(z.string()).describe('why alerts may be missing'),
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
export type Heartbeat = z.infer<typeof heartbeat>;

/** What an acknowledgement did to each of the episodes. */
export const acknowledgeResult = z.object({
  episodeId: z.uuid(),
  outcome: z.enum(['acknowledged', 'resolved already']),
  expiresAt: instant.nullable(),
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
  severity: plain.max(40).optional(),
  service: plain.max(200).optional(),
  q: plain.max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});
export type ListQuery = z.infer<typeof listQuery>;

const note = plain.max(2_000).default('');
export const acknowledgeBody = z.strictObject({
  note,
  hours: z.number().min(0.1).max(72).optional(),
  owner: plain.min(1).max(200).optional().describe('hand it to this person'),
  silence: z.boolean().default(false),
  idempotencyKey: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{8,128}$/, 'must have 8 to 128 letters, digits or ._:-'),
});
export type AcknowledgeBody = z.infer<typeof acknowledgeBody>;
export const acknowledgeManyBody = acknowledgeBody.extend({
  episodes: z.array(z.uuid()).min(1).max(500),
});
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
  Heartbeat: heartbeat,
  EpisodeList: episodeList,
  AcknowledgeResult: acknowledgeResult,
  AcknowledgeManyResult: acknowledgeManyResult,
  Acknowledge: acknowledgeBody,
  AcknowledgeMany: acknowledgeManyBody,
  Text: textBody,
});
