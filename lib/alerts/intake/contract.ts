import { z } from 'zod';
import { instant } from '@/lib/time/schema';

/** What became of a message of an alert source. */
export const deliveryReceipt = z
  .object({ status: z.enum(['stored', 'confirmed', 'noted']) })
  .meta({ id: 'DeliveryReceipt' });

/** Who sends alerts, whose own lists they were compared with, and what was found. */
export const alertHealth = z
  .object({
    at: instant.describe('when this was read'),
    peers: z.array(
      z.object({
        source: z.string(),
        peer: z.string().describe('empty for a source that has never sent anything'),
        lastDeliveryAt: instant.nullable(),
        watchdogAt: instant.nullable(),
        lastTestAt: instant.nullable().describe('of a test notification'),
      }),
    ),
    reconciliations: z.array(
      z.object({
        source: z.string(),
        peer: z.string(),
        answeredAt: instant.nullable(),
        failure: z.string().nullable(),
        firing: z.number().int(),
        missingHere: z.number().int(),
        missingThere: z.number().int(),
      }),
    ),
    quarantined: z.number().int(),
    channels: z.array(z.object({ name: z.string(), kind: z.string() })),
  })
  .meta({ id: 'AlertHealth' });
export type AlertHealth = z.infer<typeof alertHealth>;

export const quarantine = z
  .object({
    items: z
      .array(
        z.object({
          id: z.string(),
          delivery: z.string().describe('id of the message it was in'),
          source: z.string(),
          reason: z.string(),
          item: z.string().describe('as it came, shortened'),
          createdAt: instant,
        }),
      )
      .describe('newest first'),
  })
  .meta({ id: 'Quarantine' });
