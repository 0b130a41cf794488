import { z } from 'zod';
import type { EpochMs } from '@/lib/time/units';
import type { Observation, ParsedMessage } from './observation';
import {
  annotationPairs,
  describeFault,
  quarantinedText,
  labelPairs,
  instantMs,
  storable,
} from './message-fields';

/**
 * The webhook message of Alertmanager (version 4) and of Grafana (version 1), which has the same
 * core. Fields are added to it in nearly every release: unknown ones are no fault.
 */
export const message = z.looseObject({
  alerts: z.array(z.unknown()),
  receiver: z.string().optional().catch(undefined),
  groupKey: z.string().optional().catch(undefined),
  externalURL: z.string().optional().catch(undefined),
  truncatedAlerts: z.number().optional().catch(undefined),
});

const alert = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: labelPairs,
  annotations: annotationPairs.optional(),
  startsAt: instantMs,
  endsAt: instantMs.optional(),
  generatorURL: z.string().optional(),
  fingerprint: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be printable'),
});

/** Whether the body is such a message at all; what is wrong with single alerts is found later. */
export const isMessage = (body: unknown): boolean => message.safeParse(body).success;

/**
 * Reads a message; single alerts that are none are rejected, the rest counts. `receivedMs` stands
 * in for an end that was not said.
 */
export function readMessage(body: unknown, receivedMs: EpochMs): ParsedMessage {
  const { alerts, receiver, groupKey, externalURL, truncatedAlerts } = message.parse(body);
  const observations: Observation[] = [];
  const rejected: { reason: string; item: string }[] = [];
  for (const item of alerts) {
    const parsed = alert.safeParse(item);
    if (!parsed.success || parsed.data.startsAt === null) {
      rejected.push({
        reason: parsed.success ? 'startsAt: is the zero time' : describeFault(parsed.error),
        item: quarantinedText(item),
      });
      continue;
    }
    const { status, labels, annotations, startsAt, endsAt, generatorURL, fingerprint } =
      parsed.data;
    observations.push({
      fingerprint,
      firing: status === 'firing',
      startMs: startsAt,
      endMs: status === 'firing' ? null : (endsAt ?? receivedMs),
      labels,
      annotations: annotations ?? {},
      generatorUrl: generatorURL ? storable(generatorURL, 8_192) : null,
    });
  }
  return {
    observations,
    rejected,
    peer: storable(externalURL ?? '', 512),
    // Written as a regular expression: `web\.hook`.
    receiver: receiver === undefined ? null : storable(receiver, 256).replace(/\\(.)/g, '$1'),
    groupKey: groupKey === undefined ? null : storable(groupKey, 2_048),
    truncated: (truncatedAlerts ?? 0) > 0,
  };
}
