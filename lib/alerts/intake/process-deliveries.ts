import { processState } from '@/lib/config/process-state';
import { runRepeatedJobNow } from '@/lib/jobs/schedule';
import { log } from '@/lib/observability/log';
import { untraced } from '@/lib/observability/untraced';
import { inSeriesTransaction } from '../episodes/transaction';
import { quarantinedText } from '../sources/message-fields';
import { applyObservations } from './apply-observations';
import { quarantine, rejectedItems } from './quarantine';
import { RECONCILE_JOB } from './reconcile';
import { recordPeers } from './record-peers';
import {
  markProcessed,
  nextDeliveries,
  parseDelivery,
  unprocessedDelivery,
} from './stored-delivery';

const BATCH_SIZE = 250;

const processing = processState('alerts.processing', () => ({ running: false, again: false }));

/** Processes what is stored, soon; calls while it does so are one more round. Never throws. */
export function scheduleProcessing(): void {
  const state = processing();
  if (state.running) return void (state.again = true);
  state.running = true;
  void untraced(async () => {
    do {
      state.again = false;
      await processDeliveries().catch((error: unknown) =>
        log().error(
          { code: 'deliveries_unprocessed', error: String(error) },
          'stored alerts could not be read; tried again soon',
        ),
      );
    } while (state.again);
    state.running = false;
  });
}

/** Reads all stored messages into series, episodes and events. */
export async function processDeliveries(): Promise<void> {
  for (let batchSize = BATCH_SIZE; ;) {
    let tried: bigint | undefined;
    try {
      const processed = await processBatch(batchSize, (id) => (tried = id));
      if (processed === 0) return;
      batchSize = Math.min(BATCH_SIZE, batchSize * 2);
    } catch (error) {
      if (!isCausedByDelivery(error)) throw error;
      // One of many: found by processing one by one, and quarantined.
      if (batchSize > 1) batchSize = 1;
      else if (tried !== undefined)
        await quarantineDelivery(tried, String((error as Error).message));
    }
  }
}

/**
 * Data that Postgres refuses or takes too long over, or a fault of ours that some message brings
 * out: it will fail again, and must not hold up the others.
 */
const isCausedByDelivery = (error: unknown) =>
  /^(22|23|54|57014)/.test((error as { code?: string }).code ?? '') ||
  error instanceof RangeError ||
  error instanceof TypeError;

/**
 * @param trying told of the first message of the batch, before it is processed
 * @returns how many messages were processed
 */
const processBatch = (limit: number, trying: (first: bigint) => void): Promise<number> =>
  inSeriesTransaction(async (client) => {
    const deliveries = await nextDeliveries(client, limit);
    const [first] = deliveries;
    if (!first) return 0;
    trying(first.id);
    const parsed = deliveries.map(parseDelivery);
    await recordPeers(client, parsed);
    await quarantine(client, rejectedItems(parsed));
    const unconfirmed = await applyObservations(client, parsed);
    await markProcessed(
      client,
      deliveries.map(({ id }) => id),
    );
    await client.query(`SELECT pg_notify('throughline_alerts', '')`);
    if (unconfirmed || parsed.some(({ message }) => message.truncated))
      await runRepeatedJobNow(client, RECONCILE_JOB);
    return deliveries.length;
  });

/** Quarantines the one that failed, unless another process has processed it meanwhile. */
const quarantineDelivery = (id: bigint, fault: string): Promise<void> =>
  inSeriesTransaction(async (client) => {
    const delivery = await unprocessedDelivery(client, id);
    if (!delivery) return;
    log().error(
      { code: 'delivery_quarantined', delivery: Number(id), reason: fault },
      'a stored message could not be read and was quarantined',
    );
    const reason = `could not be stored as alerts: ${fault.slice(0, 200)}`;
    await quarantine(client, [{ delivery, reason, item: quarantinedText(delivery.body) }]);
    await markProcessed(client, [id]);
  });
