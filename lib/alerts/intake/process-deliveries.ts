import type { PoolClient } from 'pg';
import type { AlertSenderKind } from '@/lib/config/alert-settings';
import { processState } from '@/lib/config/process-state';
import { runRepeatedJobNow } from '@/lib/jobs/schedule';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { untraced } from '@/lib/observability/untraced';
import { epochMs } from '@/lib/time/units';
import { SeriesUpdate, alertIdentity } from '../episodes/series-update';
import { alertSources } from '../sources/credentials';
import { EMPTY_MESSAGE, type Observation, type ParsedMessage } from '../sources/observation';
import { quarantinedText } from '../sources/message-fields';
import { MESSAGE_READERS } from '../sources/message-readers';
import { applyObservation } from '../episodes/series';
import { createSeries, lockSeries, saveSeries } from '../episodes/series-store';
import { inSeriesTransaction } from '../episodes/transaction';
import { RECONCILE_JOB } from './reconcile';

const BATCH_SIZE = 250;
/** No more is read at once, but for a single message that is larger. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Of one message; all of it is kept in `alert_deliveries`. */
const MAX_REJECTED = 100;

interface StoredDelivery {
  readonly id: bigint;
  readonly source: string;
  readonly kind: AlertSenderKind;
  readonly body: string;
  readonly received_at: Date;
}

const processing = processState('alerts.processing', () => ({ running: false, again: false }));

/** Reads what waits, soon; calls while it does so are one more round. Never throws. */
export function scheduleProcessing(): void {
  const state = processing();
  if (state.running) return void (state.again = true);
  state.running = true;
  void untraced(async () => {
    do {
      state.again = false;
      await processDeliveries().catch((error: unknown) =>
        log().error({ error: String(error) }, 'stored alerts could not be read; tried again soon'),
      );
    } while (state.again);
    state.running = false;
  });
}

/** Reads all stored messages into series, episodes and events. */
export async function processDeliveries(): Promise<void> {
  for (let together = BATCH_SIZE; ;) {
    let tried: bigint | undefined;
    try {
      const read = await processBatch(together, (id) => (tried = id));
      if (read === 0) return;
      together = Math.min(BATCH_SIZE, together * 2);
    } catch (error) {
      if (!isCausedByDelivery(error)) throw error;
      // One of many: found by reading one by one, and put aside.
      if (together > 1) together = 1;
      else if (tried !== undefined)
        await quarantineDelivery(tried, String((error as Error).message));
    }
  }
}

/** Data that Postgres refuses or takes too long over, or a fault of ours that some message brings out: it will fail again, and must not hold up the others. */
const isCausedByDelivery = (error: unknown) =>
  /^(22|23|54|57014)/.test((error as { code?: string }).code ?? '') ||
  error instanceof RangeError ||
  error instanceof TypeError;

const nextDeliveries = async (client: PoolClient, limit: number) =>
  (
    await client.query<StoredDelivery>(
      `SELECT id, source, kind, body, received_at FROM (SELECT *, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS before FROM (SELECT * FROM alert_deliveries WHERE processed_at IS NULL ORDER BY id LIMIT $1) d) t WHERE before < ${MAX_BYTES} ORDER BY id`,
      [limit],
    )
  ).rows;

/** @returns how many messages were read. */
const processBatch = (limit: number, trying: (first: bigint) => void): Promise<number> =>
  inSeriesTransaction(async (client) => {
    const waiting = await nextDeliveries(client, limit);
    if (waiting.length === 0) return 0;
    trying(waiting[0]!.id);
    const readings = waiting.map((delivery) => ({ delivery, reading: parseDelivery(delivery) }));
    await recordPeers(client, readings);
    await quarantine(
      client,
      readings.flatMap(({ delivery, reading }) =>
        reading.rejected.slice(0, MAX_REJECTED).map((each) => ({ ...each, delivery })),
      ),
    );
    const doubted = await applyObservations(client, readings);
    await client.query(
      'UPDATE alert_deliveries SET processed_at = now() WHERE id = ANY($1::bigint[])',
      [waiting.map(({ id }) => id)],
    );
    await client.query(`SELECT pg_notify('throughline_alerts', '')`);
    if (doubted || readings.some(({ reading }) => reading.truncated))
      await runRepeatedJobNow(client, RECONCILE_JOB);
    return waiting.length;
  });

/** The one that failed, unless another process has read it meanwhile. */
const quarantineDelivery = (id: bigint, reason: string): Promise<void> =>
  inSeriesTransaction(async (client) => {
    const [delivery] = (
      await client.query<StoredDelivery>(
        'SELECT id, source, kind, body, received_at FROM alert_deliveries WHERE id = $1 AND processed_at IS NULL',
        [id],
      )
    ).rows;
    if (!delivery) return;
    log().error(
      { delivery: Number(delivery.id), reason },
      'a stored message could not be read and was put aside',
    );
    await quarantine(client, [
      {
        delivery,
        reason: `could not be stored as alerts: ${reason.slice(0, 200)}`,
        item: quarantinedText(delivery.body),
      },
    ]);
    await client.query('UPDATE alert_deliveries SET processed_at = now() WHERE id = $1', [
      delivery.id,
    ]);
  });

function parseDelivery(delivery: StoredDelivery): ParsedMessage {
  try {
    return MESSAGE_READERS[delivery.kind].read(
      JSON.parse(delivery.body),
      epochMs(delivery.received_at.getTime()),
    );
  } catch (error) {
    return {
      ...EMPTY_MESSAGE,
      rejected: [
        {
          reason: `could not be read: ${String((error as Error).message).slice(0, 200)}`,
          item: quarantinedText(delivery.body),
        },
      ],
    };
  }
}

interface ParsedDelivery {
  readonly delivery: StoredDelivery;
  readonly reading: ParsedMessage;
}

async function quarantine(
  client: PoolClient,
  items: readonly {
    readonly delivery: StoredDelivery;
    readonly reason: string;
    readonly item: string;
  }[],
): Promise<void> {
  if (items.length === 0) return;
  for (const { delivery } of items) metrics().alertsQuarantined.inc({ source: delivery.source });
  await client.query(
    `INSERT INTO alert_quarantine (delivery_id, source, reason, item) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])`,
    [
      items.map(({ delivery }) => delivery.id),
      items.map(({ delivery }) => delivery.source),
      items.map(({ reason }) => reason),
      items.map(({ item }) => item),
    ],
  );
}

const watchdogOf = (source: string): string | undefined => {
  const known = alertSources().find(({ name }) => name === source);
  return known?.kind === 'alertmanager' ? known.watchdog : undefined;
};
const isWatchdog = (source: string, seen: Observation) =>
  seen.labels.alertname !== undefined && seen.labels.alertname === watchdogOf(source);

/** Who sent something, when, to which receivers, and whether the alert that always fires was in it. The clock is ours. */
async function recordPeers(client: PoolClient, readings: readonly ParsedDelivery[]): Promise<void> {
  const peers = new Map<
    string,
    { source: string; peer: string; receivers: Set<string>; at: number; watchdog: number | null }
  >();
  for (const { delivery, reading } of readings) {
    const key = `${delivery.source}\n${reading.peer}`;
    const known = peers.get(key) ?? {
      source: delivery.source,
      peer: reading.peer,
      receivers: new Set<string>(),
      at: 0,
      watchdog: null,
    };
    peers.set(key, known);
    const at = delivery.received_at.getTime();
    known.at = Math.max(known.at, at);
    if (reading.receiver) known.receivers.add(reading.receiver);
    if (reading.observations.some((seen) => seen.firing && isWatchdog(delivery.source, seen)))
      known.watchdog = Math.max(known.watchdog ?? 0, at);
  }
  for (const { source, peer, receivers, at, watchdog } of peers.values()) {
    await client.query(
      `INSERT INTO alert_peers AS p (source, peer, receivers, last_delivery_at, watchdog_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (source, peer) DO UPDATE SET
         receivers = coalesce((SELECT array_agg(DISTINCT each) FROM unnest(p.receivers || excluded.receivers) AS each), '{}'),
         last_delivery_at = greatest(p.last_delivery_at, excluded.last_delivery_at), watchdog_at = greatest(p.watchdog_at, excluded.watchdog_at)`,
      [
        source,
        peer,
        [...receivers].slice(0, 50),
        new Date(at),
        watchdog === null ? null : new Date(watchdog),
      ],
    );
  }
}

/** @returns whether something is in doubt, and the source has to be asked. */
async function applyObservations(
  client: PoolClient,
  readings: readonly ParsedDelivery[],
): Promise<boolean> {
  const seen = readings.flatMap(({ delivery, reading }) =>
    reading.observations
      .filter((each) => !isWatchdog(delivery.source, each))
      .map((observation) => ({ delivery, reading, observation })),
  );
  if (seen.length === 0) return false;
  const first = new Map<string, (typeof seen)[number]>();
  for (const each of seen)
    first.set(
      seriesKey(each.delivery.source, each.observation.fingerprint),
      first.get(seriesKey(each.delivery.source, each.observation.fingerprint)) ?? each,
    );
  await createSeries(
    client,
    [...first.values()].map(({ delivery, observation }) => ({
      source: delivery.source,
      fingerprint: observation.fingerprint,
      ...alertIdentity(observation),
      labels: observation.labels,
    })),
  );
  const stored = await lockSeries(
    client,
    [...first.values()].map(({ delivery, observation }) => ({
      source: delivery.source,
      fingerprint: observation.fingerprint,
    })),
  );
  const states = new Map(
    stored.map((each) => [seriesKey(each.source, each.fingerprint), new SeriesUpdate(each)]),
  );
  for (const { delivery, reading, observation } of seen) {
    const mayReturn = MESSAGE_READERS[delivery.kind].reusesStartTime;
    const at = epochMs(delivery.received_at.getTime());
    states
      .get(seriesKey(delivery.source, observation.fingerprint))!
      .take((series) => applyObservation(series, observation, at, reading.peer, mayReturn), {
        observation,
        at,
        groupKey: reading.groupKey,
      });
  }
  await saveSeries(client, [...states.values()]);
  return [...states.values()].some(({ events }) => events.some(({ kind }) => kind === 'doubted'));
}

const seriesKey = (source: string, fingerprint: string) => `${source}\n${fingerprint}`;
