import { z } from 'zod';
import { instant } from '@/lib/time/schema';
import type { AttributeValue } from './model';
import { REJECTION_REASONS } from './rejection';

/** The JSON of OTLP/HTTP, as far as a caller has to know it: opentelemetry-proto, collector. */
export const exportRequest = {
  traces: z
    .looseObject({ resourceSpans: z.array(z.looseObject({})).optional() })
    .meta({ id: 'OtlpTraces' }),
  logs: z
    .looseObject({ resourceLogs: z.array(z.looseObject({})).optional() })
    .meta({ id: 'OtlpLogs' }),
};

/** 64-bit integers are strings in the JSON of protobuf. */
const count = z.string().regex(/^\d+$/);

export const exportAnswer = z
  .object({
    partialSuccess: z
      .object({
        rejectedSpans: count.optional(),
        rejectedLogRecords: count.optional(),
        errorMessage: z.string(),
      })
      .optional()
      .describe('what was rejected and is not to be sent again'),
  })
  .meta({ id: 'OtlpExportAnswer' });

/** google.rpc.Status */
export const exportStatus = z
  .object({
    code: z.number().int(),
    message: z.string(),
  })
  .meta({ id: 'OtlpStatus' });

const attributeValue: z.ZodType<AttributeValue> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.array(attributeValue),
      z.record(z.string(), attributeValue),
    ]),
  )
  .meta({ id: 'AttributeValue' });

/** Attributes of OpenTelemetry: of a span, a log line, a resource. */
export const attributes = z.record(z.string(), attributeValue).meta({ id: 'Attributes' });

export const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown']);
export const spanKind = z.enum(['internal', 'server', 'client', 'producer', 'consumer']);

export const severityText = z
  .string()
  .optional()
  .describe('what the level was read from, where that says more: SEVERE, WARNING, 30');

export const sourceHealth = z
  .object({
    signal: z.enum(['traces', 'logs', 'metrics']),
    source: z.string(),
    state: z.enum(['ok', 'failed', 'off']),
    version: z.string().nullable(),
    tookMs: z.number().int().nullable(),
    reason: z.string().nullable().describe('why it failed'),
    advice: z.string().nullable().describe('what to do about it'),
    rejected: z
      .array(
        z.object({
          reason: z.enum(REJECTION_REASONS),
          items: z.number().int(),
          sentence: z.string(),
        }),
      )
      .describe('what was sent to the embedded store within the last hour and not kept'),
  })
  .meta({ id: 'SourceHealth' });
export type SourceHealth = z.infer<typeof sourceHealth>;

/** Something that happened to the cluster. */
export const change = z
  .object({
    at: instant,
    kind: z.enum(['rollout', 'scaling', 'warning', 'event']),
    object: z.string().describe('what it happened to: Deployment checkout'),
    reason: z.string(),
    text: z.string(),
    count: z.number().int(),
  })
  .meta({ id: 'ClusterChange' });
export type Change = z.infer<typeof change>;
