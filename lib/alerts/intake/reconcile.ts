import type { PoolClient } from 'pg';
import { log } from '@/lib/observability/log';
import type { CurrentAlert } from '@/lib/telemetry/model';
import { epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from '@/lib/time/units';
import { confirmFiring, confirmResolved, latestEpisode } from '../episodes/series';
import { createSeries, lockSeries, saveSeries } from '../episodes/series-store';
import { alertIdentity, SeriesUpdate } from '../episodes/series-update';
import { inSeriesTransaction } from '../episodes/transaction';
import { alertSources, type AlertSourceOf } from '../sources/credentials';
import { testOf } from '../sources/alertmanager';
import { MAX_ANNOTATION, MAX_LABEL, readTextPairs } from '../sources/message-fields';
import { compareAlerts, MISSES, type Comparison } from './compare-alerts';
import { pollPeer, type PeerAlerts } from './poll-peer';
import {
  countMisses,
  receiversOf,
  recordReconciliation,
  unseenSince,
  unsettledEpisodes,
} from './reconciliation-store';

/** Runs again and again, and whenever an episode is unconfirmed. */
export const RECONCILE_JOB = 'reconcile-sources';

/** An alert that joins a group that fires waits for its next message, five minutes by default. */
const LATE_MS = 6 * MINUTE_MS;
/** A series that a message told of so recently is newer than the lists. */
const FRESH_MS = 5 * SECOND_MS;

/**
 * Compares the open episodes of the portal with what the sources have: unconfirmed ones are
 * decided, those that nobody has any more end, alerts that never arrived begin. A source that
 * cannot be asked keeps its episodes; unconfirmed ones are then assumed to fire.
 */
export async function reconcileSources(nowMs: EpochMs = epochMs(Date.now())): Promise<void> {
  for (const source of alertSources()) {
    const reconciled =
      source.kind === 'alertmanager' && source.peers.length > 0
        ? reconcileCluster(source, nowMs)
        : assumeFiring(source.name, `${source.name} cannot be asked`);
    // One source costs itself, not the others.
    await reconciled.catch((error: unknown) =>
      log().error(
        { source: source.name, code: 'not_reconciled', error: String(error) },
        'a source could not be reconciled; it is tried again',
      ),
    );
  }
}

async function reconcileCluster(
  source: AlertSourceOf<'alertmanager'>,
  nowMs: EpochMs,
): Promise<void> {
  const polled = await Promise.all(source.peers.map((peer) => pollPeer(source, peer, nowMs)));
  const peers = polled.filter((each) => each !== undefined);
  if (peers.length === 0)
    return assumeFiring(source.name, 'no member of the cluster could be asked');
  await inSeriesTransaction((client) => reconcilePeers(client, source, peers, nowMs));
}

/** Nobody can be asked: what is unconfirmed fires, for as long as nothing says otherwise. */
const assumeFiring = (source: string, why: string): Promise<void> =>
  inSeriesTransaction(async (client) => {
    const episodes = await unsettledEpisodes(client, source);
    const unconfirmed = episodes.filter((each) => each.unconfirmed);
    await updateSeries(client, source, fingerprintsOf(unconfirmed), (update) =>
      update.take((series) => confirmFiring(series, latestEpisode(series.episodes)!.startMs, why)),
    );
  });

async function reconcilePeers(
  client: PoolClient,
  source: AlertSourceOf<'alertmanager'>,
  peers: readonly PeerAlerts[],
  nowMs: EpochMs,
): Promise<void> {
  const alerts = currentAlerts(source, peers);
  const episodes = await unsettledEpisodes(client, source.name);
  const receivers = await receiversOf(client, source.name);
  const comparison = compareAlerts(episodes, alerts, peers, receivers, nowMs);
  const { settled, over, missedAgain, foundAgain, missingThere, missingHere } = comparison;
  await settleUnconfirmed(client, source.name, settled, alerts, nowMs);
  await endMissing(client, source.name, over, peers.length === source.peers.length, nowMs);
  await countMisses(client, missedAgain, foundAgain, nowMs);
  await beginMissing(client, source.name, missingHere, nowMs);
  const late = missingHere.filter((alert) => nowMs - alert.startMs > LATE_MS);
  for (const { peer, alerts: own } of peers)
    await recordReconciliation(
      client,
      {
        source: source.name,
        peer,
        firing: own.length,
        missingHere: late.length,
        missingThere: missingThere.length,
      },
      nowMs,
    );
}

/** What any member has, but for tests and the alert that always fires, by fingerprint. */
function currentAlerts(
  source: AlertSourceOf<'alertmanager'>,
  peers: readonly PeerAlerts[],
): Map<string, CurrentAlert> {
  const alerts = peers
    .flatMap((peer) => peer.alerts)
    .filter((alert) => alert.labels.alertname !== source.watchdog && !testOf(alert));
  return new Map(
    alerts.map((alert) => [
      alert.fingerprint,
      {
        ...alert,
        labels: readTextPairs(alert.labels, MAX_LABEL)?.pairs ?? {},
        annotations: readTextPairs(alert.annotations, MAX_ANNOTATION)?.pairs ?? {},
      },
    ]),
  );
}

const settleUnconfirmed = (
  client: PoolClient,
  source: string,
  settled: Comparison['settled'],
  alerts: ReadonlyMap<string, CurrentAlert>,
  nowMs: EpochMs,
): Promise<void> =>
  updateSeries(client, source, fingerprintsOf(settled), (update) => {
    const alert = alerts.get(update.stored.fingerprint);
    update.take((series) =>
      alert
        ? confirmFiring(series, alert.startMs, 'its Alertmanager still has it')
        : confirmResolved(series, nowMs, 'no member has it'),
    );
  });

function endMissing(
  client: PoolClient,
  source: string,
  over: Comparison['over'],
  allAnswered: boolean,
  nowMs: EpochMs,
): Promise<void> {
  const unless = allAnswered ? '' : ' (not all did)';
  const why = `absent ${MISSES} times from every member that answered${unless}`;
  return updateSeries(client, source, fingerprintsOf(over), (update) =>
    update.take((series) => confirmResolved(series, nowMs, why)),
  );
}

async function beginMissing(
  client: PoolClient,
  source: string,
  missing: readonly CurrentAlert[],
  nowMs: EpochMs,
): Promise<void> {
  if (missing.length === 0) return;
  const alerts = new Map(missing.map((alert) => [alert.fingerprint, alert]));
  await createSeries(
    client,
    missing.map((alert) => ({
      source,
      fingerprint: alert.fingerprint,
      ...alertIdentity(alert),
      labels: alert.labels,
    })),
  );
  // One that ended here after the lists were made is not brought back by them.
  const unseen = await unseenSince(client, source, fingerprintsOf(missing), nowMs - FRESH_MS);
  await updateSeries(client, source, unseen, (update) => {
    const { fingerprint, startMs, labels, annotations, generatorUrl } = alerts.get(
      update.stored.fingerprint,
    )!;
    update.take(
      (series) =>
        confirmFiring(series, startMs, 'its Alertmanager has it, and no message told of it'),
      {
        observation: {
          fingerprint,
          firing: true,
          startMs,
          endMs: null,
          labels,
          annotations,
          generatorUrl,
        },
        at: nowMs,
        groupKey: null,
      },
    );
  });
}

/** Locks series, changes each and writes them back; tells the other replicas. */
async function updateSeries(
  client: PoolClient,
  source: string,
  fingerprints: readonly string[],
  change: (update: SeriesUpdate) => void,
): Promise<void> {
  if (fingerprints.length === 0) return;
  const keys = [...new Set(fingerprints)].map((fingerprint) => ({ source, fingerprint }));
  const updates = (await lockSeries(client, keys)).map((stored) => new SeriesUpdate(stored));
  updates.forEach(change);
  await saveSeries(client, updates);
  await client.query(`SELECT pg_notify('throughline_alerts', '')`);
}

const fingerprintsOf = (of: readonly { readonly fingerprint: string }[]): string[] =>
  of.map(({ fingerprint }) => fingerprint);
