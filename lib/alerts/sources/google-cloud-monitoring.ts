import { z } from 'zod';
import { epochMs, secondsToMs, type EpochMs } from '@/lib/time/units';
import { EMPTY_MESSAGE, endedTest, type Observation, type ParsedMessage } from './observation';
import {
  describeFault,
  MAX_LABEL,
  quarantinedText,
  readTextPairs,
  storable,
} from './message-fields';

const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);
/** Since 1970, of this century; what is no such time is none. */
const seconds = z.number().min(946_684_800).max(4_102_444_799).nullish().catch(null);
const labels = z.unknown().optional();

/**
 * The notification of Cloud Monitoring, version 1.2 (contracts: cloud-gcp); its test message has
 * little of it.
 */
export const message = z.looseObject({
  version: z.string().optional().catch(undefined),
  incident: z.unknown(),
});
const incident = z.looseObject({
  incident_id: z
    .union([z.string(), z.number().transform(String)])
    .pipe(z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be printable')),
  state: z
    .string()
    .transform((state) => state.toLowerCase())
    .pipe(z.enum(['open', 'closed'])),
  started_at: seconds,
  ended_at: seconds,
  policy_name: text,
  condition_name: text,
  severity: text,
  summary: text,
  url: text,
  scoping_project_id: text,
  observed_value: text,
  threshold_value: text,
  policy_user_labels: labels,
  resource: z.looseObject({ type: text, labels }).nullish().catch(null),
  metric: z.looseObject({ type: text, labels }).nullish().catch(null),
  documentation: z
    .union([z.string(), z.looseObject({ content: text })])
    .nullish()
    .catch(null),
});

type Incident = z.infer<typeof incident>;

export const isMessage = (body: unknown): boolean => {
  const parsed = message.safeParse(body);
  return (
    parsed.success && typeof parsed.data.incident === 'object' && parsed.data.incident !== null
  );
};

export function readMessage(body: unknown, receivedMs: EpochMs): ParsedMessage {
  const { incident: item, version } = message.parse(body);
  const parsed = incident.safeParse(item);
  if (!parsed.success)
    return {
      ...EMPTY_MESSAGE,
      peer: 'Cloud Monitoring',
      rejected: [{ reason: describeFault(parsed.error), item: quarantinedText(item) }],
    };
  const { data } = parsed;
  const own = {
    ...texts(data.policy_user_labels),
    ...texts(data.resource?.labels),
    ...texts(data.metric?.labels),
  };
  const severity = own.severity ?? storable(data.severity ?? 'none', 40);
  const documentation =
    typeof data.documentation === 'string'
      ? data.documentation
      : (data.documentation?.content ?? '');
  const start = data.started_at ? epochMs(Math.floor(secondsToMs(data.started_at))) : receivedMs;
  const endMs = data.ended_at ? epochMs(Math.floor(secondsToMs(data.ended_at))) : receivedMs;
  const observation: Observation = {
    fingerprint: data.incident_id,
    firing: data.state === 'open',
    startMs: start,
    endMs: data.state === 'open' ? null : endMs,
    labels: {
      ...own,
      alertname: storable(data.policy_name ?? data.condition_name ?? 'Incident', 256),
      severity,
    },
    annotations: compactTexts({
      summary: data.summary,
      description: documentation,
      condition: data.condition_name,
      value: data.observed_value,
      threshold: data.threshold_value,
    }),
    generatorUrl: data.url ? storable(data.url, 8_192) : null,
  };
  const test = isTest(version, data) ? 'cloud_monitoring_channel' : null;
  return {
    ...EMPTY_MESSAGE,
    peer: storable(data.scoping_project_id ?? 'Cloud Monitoring', 256),
    observations: [test ? endedTest(observation, test, receivedMs) : observation],
    test,
  };
}

/**
 * "Send test notification" of a channel: version "test", or the made-up incident of it. Nothing
 * ever closes that one.
 */
const isTest = (version: string | undefined, { incident_id, started_at }: Incident): boolean =>
  version?.toLowerCase() === 'test' || (/^12345\d*$/.test(incident_id) && !started_at);

const texts = (given: unknown): Record<string, string> =>
  readTextPairs(given, MAX_LABEL)?.pairs ?? {};
const compactTexts = (given: Record<string, string | null | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value ? [[name, storable(value)]] : [])),
  );
