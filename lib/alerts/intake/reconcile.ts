import type { PoolClient } from 'pg';
import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import { alertmanagerSource } from '@/lib/telemetry/alertmanager/source';
import type { CurrentAlert } from '@/lib/telemetry/model';
import { alertPool } from '@/lib/db/pool';
import { epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from '@/lib/time/units';
import { SeriesUpdate, alertIdentity } from '../episodes/series-update';
import { alertSources, type AlertSourceOf } from '../sources/credentials';
import { annotationPairs, labelPairs } from '../sources/message-fields';
import { confirmFiring, confirmResolved, latestEpisode } from '../episodes/series';
import { createSeries, lockSeries, saveSeries } from '../episodes/series-store';
import { inSeriesTransaction } from '../episodes/transaction';

/** Runs again and again, and whenever something is in doubt. */
export const RECONCILE_JOB = 'reconcile-sources';

/** Absent so often from the list of every member that answers, an alert is over. */
const MISSES = 3;
/** Looks that follow each other faster count as one. */
const MISS_EVERY_MS = 30 * SECOND_MS;
/** A member that has just started does not know yet what fires. */
const YOUNG_MS = 5 * MINUTE_MS;
/** A webhook has this long to tell of an alert before the list does. */
const WEBHOOK_MS = MINUTE_MS;
/** One that joins a group that fires waits for its next message, five minutes by default: only after that is it missing. */
const LATE_MS = 6 * MINUTE_MS;

interface PeerAlerts {
  readonly peer: string;
  readonly alerts: readonly CurrentAlert[];
  readonly startedMs: EpochMs;
}

/**
 * Holds the portal's open episodes against what the sources themselves have: doubts are decided, episodes that nobody has any more end,
 * alerts that never arrived begin. A source that cannot be asked keeps its episodes; what is in doubt is then believed to fire.
 */
export async function reconcileSources(nowMs: EpochMs = epochMs(Date.now())): Promise<void> {
  for (const source of alertSources()) {
    const one =
      source.kind === 'alertmanager' && source.peers.length > 0
        ? reconcileCluster(source, nowMs)
        : inSeriesTransaction((client) =>
            assumeFiring(client, source.name, `${source.name} cannot be asked`),
          );
    // One source costs itself, not the others.
    await one.catch((error: unknown) =>
      log().error(
        { source: source.name, error: String(error) },
        'a source could not be reconciled; it is tried again',
      ),
    );
  }
}

export const peerBackend = (source: AlertSourceOf<'alertmanager'>, peer: string) => ({
  base: peer,
  bearerFile: source.peerBearerTokenFile,
  concurrency: 4,
});

async function reconcileCluster(
  source: AlertSourceOf<'alertmanager'>,
  nowMs: EpochMs,
): Promise<void> {
  const looks = (
    await Promise.all(source.peers.map((peer) => pollPeer(source, peer, nowMs)))
  ).filter((each) => each !== undefined);
  if (looks.length === 0)
    return void (await inSeriesTransaction((client) =>
      assumeFiring(client, source.name, 'no member of the cluster could be asked'),
    ));
  await inSeriesTransaction((client) => reconcilePeers(client, source, looks, nowMs));
}

async function pollPeer(
  source: AlertSourceOf<'alertmanager'>,
  peer: string,
  nowMs: EpochMs,
): Promise<PeerAlerts | undefined> {
  const from = alertmanagerSource(peerBackend(source, peer));
  try {
    const [alerts, startedMs] = await Promise.all([from.current({}), from.startedMs({})]);
    return { peer, alerts, startedMs };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log().warn(
      { source: source.name, peer, reason: error.reason },
      'a member of an Alertmanager cluster did not answer',
    );
    await alertPool().query(
      `INSERT INTO alert_reconciliations AS r (source, peer, at, failure) VALUES ($1, $2, $3, $4) ON CONFLICT (source, peer) DO UPDATE SET at = excluded.at, failure = excluded.failure`,
      [source.name, peer, new Date(nowMs), error.message],
    );
    return undefined;
  }
}

interface UnsettledEpisode {
  readonly id: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly open: boolean;
  readonly doubtful: boolean;
  readonly misses: number;
  readonly missed_at: Date | null;
  readonly last_seen_at: Date;
}

/** Episodes of a source that are open or in doubt. */
const unsettledEpisodes = async (client: PoolClient, source: string) =>
  (
    await client.query<UnsettledEpisode>(
      `SELECT e.id, s.fingerprint, s.name, e.resolved_at IS NULL AS open, e.doubtful_since IS NOT NULL AS doubtful, e.misses, e.missed_at, s.last_seen_at FROM alert_episodes e JOIN alert_series s ON s.id = e.series_id WHERE s.source = $1 AND (e.resolved_at IS NULL OR e.doubtful_since IS NOT NULL)`,
      [source],
    )
  ).rows;

async function updateSeries(
  client: PoolClient,
  source: string,
  fingerprints: readonly string[],
  change: (applying: SeriesUpdate) => void,
): Promise<void> {
  if (fingerprints.length === 0) return;
  const stored = await lockSeries(
    client,
    [...new Set(fingerprints)].map((fingerprint) => ({ source, fingerprint })),
  );
  const changed = stored.map((each) => new SeriesUpdate(each));
  changed.forEach(change);
  await saveSeries(client, changed);
  await client.query(`SELECT pg_notify('throughline_alerts', '')`);
}

/** Nobody can be asked: what is in doubt fires, for as long as nothing says otherwise. */
async function assumeFiring(client: PoolClient, source: string, why: string): Promise<void> {
  const doubtful = (await unsettledEpisodes(client, source)).filter(({ doubtful: is }) => is);
  await updateSeries(
    client,
    source,
    doubtful.map(({ fingerprint }) => fingerprint),
    (applying) =>
      applying.take((series) =>
        confirmFiring(series, latestEpisode(series.episodes)!.startMs, why),
      ),
  );
}

async function reconcilePeers(
  client: PoolClient,
  source: AlertSourceOf<'alertmanager'>,
  looks: readonly PeerAlerts[],
  nowMs: EpochMs,
): Promise<void> {
  const there = new Map<string, CurrentAlert>();
  for (const { alerts } of looks)
    for (const alert of alerts)
      if (alert.labels.alertname !== source.watchdog)
        there.set(alert.fingerprint, {
          ...alert,
          labels: labelPairs.parse(alert.labels),
          annotations: annotationPairs.parse(alert.annotations),
        });
  const here = await unsettledEpisodes(client, source.name);
  // What arrived after the lists were asked for is newer than they are.
  const old = here.filter(({ last_seen_at }) => last_seen_at.getTime() < nowMs);
  const young = looks.every(({ startedMs }) => nowMs - startedMs < YOUNG_MS);
  const allAnswered = looks.length === source.peers.length;
  const doubtful = old.filter((each) => each.doubtful);
  const missing = old.filter((each) => each.open && !each.doubtful && !there.has(each.fingerprint));
  const counted = young
    ? []
    : missing.filter(
        ({ missed_at }) => missed_at === null || nowMs - missed_at.getTime() >= MISS_EVERY_MS,
      );
  const over = counted.filter(({ misses }) => misses + 1 >= MISSES);
  const missed = counted.filter((each) => !over.includes(each));
  const found = old.filter((each) => each.open && each.misses > 0 && there.has(each.fingerprint));
  const receivers = await receiversOf(client, source.name);
  const known = new Set(
    here.filter((each) => each.open || each.doubtful).map(({ fingerprint }) => fingerprint),
  );
  const unknown = [...there.values()].filter(
    (alert) =>
      alert.state === 'active' &&
      !known.has(alert.fingerprint) &&
      nowMs - alert.updatedMs < YOUNG_MS * 2 &&
      nowMs - alert.startMs > WEBHOOK_MS &&
      (receivers.size === 0 || alert.receivers.some((name) => receivers.has(name))),
  );

  await updateSeries(
    client,
    source.name,
    doubtful
      .filter(({ fingerprint }) => there.has(fingerprint) || !young)
      .map(({ fingerprint }) => fingerprint),
    (applying) => {
      const alert = there.get(applying.stored.fingerprint);
      applying.take((series) =>
        alert
          ? confirmFiring(series, alert.startMs, 'its Alertmanager still has it')
          : confirmResolved(series, nowMs, 'no member has it'),
      );
    },
  );
  await updateSeries(
    client,
    source.name,
    over.map(({ fingerprint }) => fingerprint),
    (applying) =>
      applying.take((series) =>
        confirmResolved(
          series,
          nowMs,
          `absent ${MISSES} times from every member that answered${allAnswered ? '' : ' (not all did)'}`,
        ),
      ),
  );
  await client.query(
    'UPDATE alert_episodes SET misses = misses + 1, missed_at = $2 WHERE id = ANY($1::uuid[])',
    [missed.map(({ id }) => id), new Date(nowMs)],
  );
  await client.query(
    'UPDATE alert_episodes SET misses = 0, missed_at = NULL WHERE id = ANY($1::uuid[])',
    [found.map(({ id }) => id)],
  );
  if (unknown.length) {
    await createSeries(
      client,
      unknown.map((alert) => ({
        source: source.name,
        fingerprint: alert.fingerprint,
        ...alertIdentity(alert),
        labels: alert.labels,
      })),
    );
    // One that ended here after the list was made is not brought back by it.
    const { rows } = await client.query<{ fingerprint: string }>(
      'SELECT fingerprint FROM alert_series WHERE source = $1 AND fingerprint = ANY($2) AND (last_seen_at < $3 OR latest IS NULL)',
      [source.name, unknown.map(({ fingerprint }) => fingerprint), new Date(nowMs - 5 * SECOND_MS)],
    );
    const missingHere = new Set(rows.map(({ fingerprint }) => fingerprint));
    await updateSeries(client, source.name, [...missingHere], (applying) => {
      const alert = there.get(applying.stored.fingerprint)!;
      const observation = {
        fingerprint: alert.fingerprint,
        firing: true,
        startMs: alert.startMs,
        endMs: null,
        labels: alert.labels,
        annotations: alert.annotations,
        generatorUrl: alert.generatorUrl,
      };
      applying.take(
        (series) =>
          confirmFiring(
            series,
            alert.startMs,
            'its Alertmanager has it, and no message told of it',
          ),
        { observation, at: nowMs, groupKey: null },
      );
    });
  }
  for (const { peer, alerts } of looks) {
    await client.query(
      `INSERT INTO alert_reconciliations (source, peer, at, answered_at, failure, firing, missing_here, missing_there) VALUES ($1, $2, $3, $3, NULL, $4, $5, $6)
       ON CONFLICT (source, peer) DO UPDATE SET at = excluded.at, answered_at = excluded.answered_at, failure = NULL, firing = excluded.firing, missing_here = excluded.missing_here, missing_there = excluded.missing_there`,
      [
        source.name,
        peer,
        new Date(nowMs),
        alerts.length,
        unknown.filter((alert) => nowMs - alert.startMs > LATE_MS).length,
        missing.length,
      ],
    );
  }
}

/** The receivers whose messages come here: an alert that is routed elsewhere is not missing. */
async function receiversOf(client: PoolClient, source: string): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT DISTINCT unnest(receivers) AS name FROM alert_peers WHERE source = $1',
    [source],
  );
  return new Set(rows.map(({ name }) => name));
}
