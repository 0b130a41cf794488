import { z } from 'zod';

/** The JSON of OTLP/HTTP, as far as a caller has to know it: opentelemetry-proto, collector. */
export const exportRequest = {
  traces: z.looseObject({ resourceSpans: z.array(z.looseObject({})).optional() }),
  logs: z.looseObject({ resourceLogs: z.array(z.looseObject({})).optional() }),
};

/** 64-bit integers are strings in the JSON of protobuf. */
const count = z.string().regex(/^\d+$/);

export const exportAnswer = z.object({
  partialSuccess: z
    .object({
      rejectedSpans: count.optional(),
      rejectedLogRecords: count.optional(),
      errorMessage: z.string(),
    })
    .optional()
    .describe('what was rejected and is not to be sent again'),
});

/** google.rpc.Status */
export const exportStatus = z.object({
  code: z.number().int(),
  message: z.string(),
});
