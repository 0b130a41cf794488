import { z } from 'zod';
import type { EpochMs } from '@/lib/time/units';
import { endedTest, type Observation, type ParsedMessage, type TestCode } from './observation';
import { quarantinedText, storable } from './message-fields';
import { readAlert } from './read-alert';

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
    const read = readAlert(item, receivedMs);
    if ('reason' in read) {
      rejected.push({ reason: read.reason, item: quarantinedText(item) });
      continue;
    }
    const { observation } = read;
    const test = testOf(observation);
    observations.push(test ? endedTest(observation, test, receivedMs) : observation);
  }
  return {
    observations,
    rejected,
    peer: storable(externalURL ?? '', 512),
    // Written as a regular expression: `web\.hook`.
    receiver: receiver === undefined ? null : storable(receiver, 256).replace(/\\(.)/g, '$1'),
    groupKey: groupKey === undefined ? null : storable(groupKey, 2_048),
    truncated: (truncatedAlerts ?? 0) > 0,
    test: observations.find((each) => each.test)?.test ?? null,
  };
}

const TESTERS = new Set(['Grafana', 'Alertmanager']);

/**
 * What "Test" of a contact point sends, in every version and language: Grafana's own Alertmanager,
 * and Mimir's. A person may add labels to it. Alerts of `amtool` are no tests: whoever adds one may
 * want to see that somebody is told.
 */
export const testOf = ({
  labels,
}: Pick<Observation, 'labels'>): Extract<TestCode, 'grafana_contact_point'> | undefined =>
  labels.alertname === 'TestAlert' && TESTERS.has(labels.instance ?? '')
    ? 'grafana_contact_point'
    : undefined;
