import { z } from 'zod';
import { attributes, change, logLevel, severityText, spanKind } from '@/lib/telemetry/contract';
import { SPAN_OUTCOMES } from '@/lib/telemetry/conventions';
import { nameSchemas } from '@/lib/http/named-schemas';
import { instant } from '@/lib/time/schema';
import { ledgerReason } from './discovery/ledger-reason';

/**
 * The view of one request: the JSON of `GET /api/requests/{correlationId}`, and piece by piece the
 * parts of its NDJSON.
 */

export const ledgerEntry = z.object({
  signal: z.enum(['traces', 'logs', 'metrics', 'alerts']),
  source: z.string(),
  state: z.enum(['searching', 'ok', 'empty', 'partial', 'failed', 'skipped']),
  window: z.object({ from: instant, to: instant }).nullable().describe('what was asked so far'),
  sweeping: z.string().nullable().describe('how far back the search is, while it goes on'),
  tookMs: z.number().describe('until the last answer'),
  rows: z.number().int(),
  reasons: z.array(ledgerReason).describe('why it may not be all, or why it failed'),
});

const state = z.enum(['failed', 'slow', 'incomplete', 'succeeded', 'unknown']);

export const verdict = z.object({
  state,
  sentence: z.array(
    z.object({ text: z.string(), tone: z.enum(['plain', 'critical', 'warning']).default('plain') }),
  ),
  provisional: z.boolean().describe('some source is still searching'),
  culprit: z.string().nullable().describe('id of the span that explains it'),
  signature: z.string().nullable(),
  normalNs: z.number().nullable().describe('median of this operation before'),
  attempts: z.number().int(),
  alike: z
    .object({
      count: z.number().int(),
      since: instant,
      trend: z.array(z.number().int()),
      atLeast: z.boolean().describe('there were more than could be read'),
      burst: z.boolean().describe('there were requests before, and none failed this way'),
    })
    .nullable()
    .describe('all that failed the same way, this one included'),
});

export const lane = z.object({
  id: z.string().describe('trace id'),
  service: z.string(),
  name: z.string(),
  state: z
    .enum(['failed', 'succeeded', 'unfinished', 'unknown'])
    .describe(
      'unfinished: no end of its first span was received; unknown: nothing says how it ended',
    ),
  startOffsetNs: z.number(),
  durationNs: z.number(),
  spanCount: z.number().int(),
  errorCount: z.number().int(),
  attempt: z.object({ number: z.number().int(), of: z.number().int() }).nullable(),
  wait: z
    .object({
      span: z.string(),
      queue: z.string(),
      startOffsetNs: z.number(),
      durationNs: z.number(),
    })
    .nullable()
    .describe('the gap between the producer and this lane'),
});

const implausible = {
  reason: z.enum(['wrong_unit', 'too_early', 'in_future', 'too_long', 'far_from_trace']),
  unit: z
    .enum(['seconds', 'milliseconds', 'microseconds'])
    .nullable()
    .describe('of wrong_unit: what was sent where nanoseconds belong'),
  sentence: z.string().describe('for people; nothing decides on it'),
};

export const spanRow = z.object({
  id: z
    .string()
    .describe('trace id, a dot, span id; a mark behind it where an earlier span has the same ids'),
  lane: z.number().int(),
  parent: z.string().nullable(),
  orphan: z.boolean().describe('its parent is not among the spans found'),
  depth: z.number().int(),
  service: z.string(),
  name: z.string(),
  kind: spanKind,
  failed: z.boolean(),
  outcome: z
    .enum(SPAN_OUTCOMES)
    .describe('exception: one is recorded, and nothing says how the operation ended'),
  ended: z.boolean().describe('its end was received'),
  errorType: z.string().nullable(),
  statusMessage: z.string(),
  startOffsetNs: z.number().describe('on the adjusted clock, from the start of the window'),
  skewNs: z.number().describe('what was added to the raw clock'),
  durationNs: z.number(),
  implausible: z
    .object({ ...implausible, from: instant, to: instant })
    .optional()
    .describe('its times cannot be true: as they were reported. It is listed without a place'),
  critical: z.boolean(),
  attempt: z.object({ number: z.number().int(), of: z.number().int() }).nullable(),
  normalNs: z.number().nullable(),
  host: z.string(),
  attributes,
  resource: attributes,
  events: z.array(z.object({ name: z.string(), offsetNs: z.number(), attributes })),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string(), known: z.boolean() })),
});

const unattachedReason = z.enum(['no_trace_id', 'no_span_id', 'span_not_found', 'trace_not_found']);

export const logRow = z.object({
  id: z.string(),
  time: instant.describe('as it was written'),
  implausible: z
    .object(implausible)
    .optional()
    .describe('its time cannot be true: it is listed without a place'),
  offsetNs: z.number().describe('on the adjusted clock'),
  skewNs: z.number(),
  level: logLevel,
  severityText,
  service: z.string(),
  body: z.string(),
  span: z.string().nullable(),
  unattached: unattachedReason.nullable().describe('why the line belongs to no span'),
  attributes,
});

export const metricPanel = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.enum(['per-second', 'ratio', 'seconds', 'cores', 'bytes', 'count']),
  state: z.enum(['ok', 'empty', 'partial', 'failed']),
  reason: z.string().nullable(),
  promql: z.string(),
  series: z.array(
    z.object({
      name: z.string(),
      points: z.array(z.tuple([z.number().describe('ms since 1970'), z.number().nullable()])),
    }),
  ),
  exemplars: z.array(z.object({ timeMs: z.number(), value: z.number(), traceId: z.string() })),
});

export const annotation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('skew'),
    host: z.string(),
    aheadNs: z.number(),
    calls: z.number().int().optional().describe('how many calls show it'),
  }),
  z.object({
    kind: z.literal('attempts'),
    parent: z.string().nullable(),
    spans: z.array(z.string()),
    name: z.string(),
    service: z.string(),
    startOffsetNs: z.number(),
    durationNs: z.number(),
    backoffNs: z.array(z.number()),
    failed: z.boolean(),
  }),
  z.object({
    kind: z.literal('missing-consumer'),
    span: z.string(),
    queue: z.string(),
    service: z.string(),
    message: z.string(),
    startOffsetNs: z.number(),
    expected: z.boolean(),
  }),
  z.object({ kind: z.literal('missing-parents'), lane: z.number().int(), count: z.number().int() }),
  z.object({
    kind: z.literal('shared-span-ids'),
    spans: z
      .number()
      .int()
      .describe('spans whose id an earlier one has too, other than client and server of one call'),
    doubtful: z
      .number()
      .int()
      .describe('spans below them, of which it is not certain to which of them they belong'),
  }),
  z.object({
    kind: z.literal('changes'),
    failed: z.string().nullable(),
    items: z
      .array(change)
      .describe('what happened around it to the workloads, pods and nodes it touched'),
  }),
  z
    .object({
      kind: z.literal('implausible-time'),
      ...implausible,
      service: z.string(),
      spanCount: z.number().int(),
      lineCount: z.number().int(),
    })
    .describe('spans and lines that were set apart: their times cannot be true'),
  z.object({ kind: z.literal('occurrence'), from: instant, to: instant, traces: z.number().int() }),
]);

export const requestView = z.object({
  correlationId: z.string(),
  revision: z.string(),
  complete: z.boolean().describe('nothing more will come without asking again'),
  window: z.object({ start: instant, durationNs: z.number() }).nullable(),
  verdict,
  ledger: z.array(ledgerEntry),
  lanes: z.array(lane),
  spanCount: z.number().int(),
  logCount: z.number().int(),
  spans: z
    .array(spanRow)
    .describe(
      'in the order of the page; above 2,000 only those the verdict needs, the rest by /columns and /spans',
    ),
  positions: z
    .record(z.string(), z.number().int())
    .describe(
      'of a large request: where the spans that the verdict and the annotations name stand in its columns',
    ),
  logs: z.array(logRow).describe('oldest first; above 5,000 the first, the rest by /logs'),
  metrics: z.array(metricPanel),
  episodes: z
    .array(z.unknown())
    .describe('alert episodes that were open around the request; lib/pages says of what shape'),
  evidence: z
    .object({ id: z.string(), keptAt: instant })
    .nullable()
    .describe('set when this is a kept snapshot, not what the sources have now'),
  annotations: z.array(annotation),
});

nameSchemas({
  LedgerEntry: ledgerEntry,
  LedgerReason: ledgerReason,
  Verdict: verdict,
  Lane: lane,
  SpanRow: spanRow,
  LogRow: logRow,
  MetricPanel: metricPanel,
  Annotation: annotation,
  RequestView: requestView,
});

export type RequestView = z.infer<typeof requestView>;
export type LedgerEntry = z.infer<typeof ledgerEntry>;
export type Verdict = z.infer<typeof verdict>;
export type Lane = z.infer<typeof lane>;
export type SpanRow = z.infer<typeof spanRow>;
export type LogRow = z.infer<typeof logRow>;
export type UnattachedReason = z.infer<typeof unattachedReason>;
export type MetricPanel = z.infer<typeof metricPanel>;
export type Annotation = z.infer<typeof annotation>;

/** A request with more spans than this is served as columns, and rows for what is on the screen. */
export const MAX_WHOLE_SPANS = 2_000;
export const MAX_WHOLE_LOGS = 5_000;
