import { z } from 'zod';

const sample = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const series = z.object({
  metric: labels,
  value: sample.optional(),
  values: z.array(sample).optional(),
  histogram: z.unknown().optional(),
  histograms: z.array(z.unknown()).optional(),
});

export const queryAnswer = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(series) }),
    z.object({ resultType: z.literal('matrix'), result: z.array(series) }),
    z.object({ resultType: z.literal('scalar'), result: sample }),
    z.object({ resultType: z.literal('string'), result: sample }),
  ]),
  warnings: z.array(z.string()).optional(),
  infos: z.array(z.string()).optional(),
});

export const errorAnswer = z.object({
  status: z.literal('error'),
  errorType: z.string(),
  error: z.string(),
});

export const exemplarAnswer = z.object({
  status: z.literal('success'),
  data: z.array(
    z.object({
      seriesLabels: labels,
      exemplars: z.array(z.object({ labels, value: z.string(), timestamp: z.number() })),
    }),
  ),
});

export const rulesAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            type: z.string(),
            name: z.string(),
            query: z.string().default(''),
            duration: z.number().default(0),
            labels: labels.default({}),
          }),
        ),
      }),
    ),
  }),
});

export const buildInfo = z.object({ data: z.object({ version: z.string() }) });
