import { z } from 'zod';

const count = z.union([z.number(), z.string()]).transform(Number);
const attribute = z.object({
  key: z.string(),
  value: z.looseObject({
    stringValue: z.string().optional(),
    intValue: z.union([z.string(), z.number()]).optional(),
    doubleValue: z.number().optional(),
    boolValue: z.boolean().optional(),
  }),
});
const span = z.object({
  spanID: z.string(),
  name: z.string().optional(),
  startTimeUnixNano: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
  // Twenty digits: what Tempo makes of a span without an end wraps around.
  durationNanos: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
  attributes: z.array(attribute).optional(),
});
const spanSet = z.object({ spans: z.array(span).default([]), matched: count.optional() });

/** `/api/search` of Tempo 2.3 to 3.x; recorded answers in fixtures/. */
export const searchAnswer = z.object({
  traces: z
    .array(
      z.object({
        traceID: z.string(),
        rootServiceName: z.string().default(''),
        rootTraceName: z.string().default(''),
        startTimeUnixNano: z
          .string()
          .regex(/^\d{1,19}$/)
          .default('0'),
        durationMs: z.number().default(0),
        spanSets: z.array(spanSet).optional(),
        spanSet: spanSet.optional(),
      }),
    )
    .default([]),
  metrics: z.object({ completedJobs: count.default(0), totalJobs: count.default(0) }).optional(),
  status: z.string().optional(),
  message: z.string().optional(),
});

export type FoundTrace = z.infer<typeof searchAnswer>['traces'][number];
export type FoundSpan = z.infer<typeof span>;

/**
 * JSON of a trace: v1 (`batches`) and v2 (`trace.resourceSpans`). The spans inside go through the
 * OTLP reader.
 */
export const traceAnswer = z.union([
  z
    .object({
      trace: z
        .looseObject({
          resourceSpans: z.array(z.any()).optional(),
          batches: z.array(z.any()).optional(),
        })
        .optional(),
      status: z.string().optional(),
      message: z.string().optional(),
    })
    .refine((body) => body.trace !== undefined),
  z.object({ batches: z.array(z.any()).optional(), resourceSpans: z.array(z.any()).optional() }),
]);

/** An instant query of TraceQL metrics; a value that is missing is zero (proto default). */
export const metricAnswer = z.object({
  series: z
    .array(z.object({ value: z.union([z.number(), z.string()]).default(0).transform(Number) }))
    .default([]),
  status: z.string().optional(),
});

export const buildInfo = z.object({ version: z.string() });
