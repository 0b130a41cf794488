import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const nanoseconds = z.string().regex(/^\d{1,19}$/);
const value = z.union([
  z.tuple([nanoseconds, z.string()]),
  z.tuple([
    nanoseconds,
    z.string(),
    z.object({ structuredMetadata: labels.optional(), parsed: labels.optional() }),
  ]),
]);

/** A log query of Loki 3.x, with or without categorized labels; recorded answers in fixtures/. */
export const queryAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('streams'),
    encodingFlags: z.array(z.string()).optional(),
    result: z.array(z.object({ stream: labels, values: z.array(value) })),
  }),
  warnings: z.array(z.string()).optional(),
});

export type QueryAnswer = z.infer<typeof queryAnswer>;

export const buildInfo = z.object({ version: z.string() });
