import type { PoolClient } from 'pg';
import { epochMs } from '@/lib/time/units';
import { applyObservation } from '../episodes/series';
import { createSeries, lockSeries, markTests, saveSeries } from '../episodes/series-store';
import { alertIdentity, SeriesUpdate } from '../episodes/series-update';
import { MESSAGE_READERS } from '../sources/message-readers';
import type { Observation } from '../sources/observation';
import { isWatchdog } from './record-peers';
import type { ParsedDelivery } from './stored-delivery';

interface Reported extends ParsedDelivery {
  readonly observation: Observation;
}

/**
 * Applies what the messages report to their series, in the order of the messages.
 * @returns whether an episode is unconfirmed, and its source has to be asked
 */
export async function applyObservations(
  client: PoolClient,
  parsed: readonly ParsedDelivery[],
): Promise<boolean> {
  const reports = parsed.flatMap(reportsOf);
  if (reports.length === 0) return false;
  const updates = await lockReportedSeries(client, reports);
  for (const report of reports) applyReport(updates.get(keyOf(report))!, report);
  const changed = [...updates.values()];
  await saveSeries(client, changed);
  await markTests(client, testsOf(reports, updates));
  return changed.some(({ events }) => events.some(({ kind }) => kind === 'unconfirmed'));
}

const testsOf = (reports: readonly Reported[], updates: ReadonlyMap<string, SeriesUpdate>) =>
  reports.flatMap((report) => {
    const { test } = report.observation;
    return test ? [{ id: updates.get(keyOf(report))!.stored.id, test }] : [];
  });

const reportsOf = ({ delivery, message }: ParsedDelivery): Reported[] =>
  message.observations
    .filter((each) => !isWatchdog(delivery.source, each))
    .map((observation) => ({ delivery, message, observation }));

async function lockReportedSeries(
  client: PoolClient,
  reports: readonly Reported[],
): Promise<Map<string, SeriesUpdate>> {
  // The first report of each: the names of a series are those it was created with.
  const first = new Map(reports.toReversed().map((each) => [keyOf(each), each]));
  const series = [...first.values()].map(({ delivery, observation }) => ({
    source: delivery.source,
    fingerprint: observation.fingerprint,
    ...alertIdentity(observation),
    labels: observation.labels,
  }));
  await createSeries(client, series);
  const locked = await lockSeries(client, series);
  return new Map(
    locked.map((each) => [seriesKey(each.source, each.fingerprint), new SeriesUpdate(each)]),
  );
}

function applyReport(update: SeriesUpdate, { delivery, message, observation }: Reported): void {
  const at = epochMs(delivery.received_at.getTime());
  const { reusesStartTime } = MESSAGE_READERS[delivery.kind];
  update.take(
    (series) => applyObservation(series, observation, at, message.peer, reusesStartTime),
    { observation, at, groupKey: message.groupKey },
  );
}

const keyOf = ({ delivery, observation }: Reported) =>
  seriesKey(delivery.source, observation.fingerprint);
const seriesKey = (source: string, fingerprint: string) => `${source}\n${fingerprint}`;
