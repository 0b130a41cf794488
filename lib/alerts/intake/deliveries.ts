import { createHash } from 'node:crypto';
import type { AlertSender } from '@/lib/config/alert-settings';
import { processState } from '@/lib/config/process-state';
import { deliveryPool } from '@/lib/db/pool';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';

interface PendingDelivery {
  readonly source: AlertSender;
  readonly messageId: string | null;
  readonly body: Buffer;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

interface Queue {
  readonly waiting: PendingDelivery[];
  bytes: number;
  writing: boolean;
}

/** Beyond this the sender is told to try again. */
const MAX_BYTES = 128 * 1024 * 1024;
const BATCH_SIZE = 500;

const queue = processState('alerts.deliveries', (): Queue => ({
  waiting: [],
  bytes: 0,
  writing: false,
}));

/**
 * Stores one message; it is committed when this returns. Messages that arrive while another is
 * written are committed together, so that
 * a storm costs the disk as few flushes as it can. A message id of the source that is there already
 * is stored once.
 * @throws AppError unavailable when it is not certain that the message is stored: the sender has to
 * send it again
 */
export function storeDelivery(
  source: AlertSender,
  body: Buffer,
  messageId: string | null,
): Promise<void> {
  const pending = queue();
  if (pending.bytes + body.byteLength > MAX_BYTES)
    return Promise.reject(
      new AppError('unavailable', 'More alerts are waiting than can be held. Send this again.', {
        'retry-after': '2',
      }),
    );
  pending.bytes += body.byteLength;
  return new Promise((stored, failed) => {
    pending.waiting.push({ source, messageId, body, stored, failed });
    if (!pending.writing) void write(pending);
  });
}

async function write(pending: Queue): Promise<void> {
  pending.writing = true;
  while (pending.waiting.length > 0)
    await writeBatch(pending, pending.waiting.splice(0, BATCH_SIZE));
  pending.writing = false;
}

async function writeBatch(pending: Queue, batch: readonly PendingDelivery[]): Promise<void> {
  try {
    await insertDeliveries(batch);
    for (const each of batch) each.stored();
  } catch (error) {
    log().error(
      { code: 'deliveries_not_stored', error: String(error), messages: batch.length },
      'alerts could not be stored; their senders were told to send them again',
    );
    const refusal = new AppError('unavailable', 'The alert could not be stored. Send it again.', {
      'retry-after': '5',
    });
    for (const each of batch) each.failed(refusal);
  } finally {
    for (const { body } of batch) pending.bytes -= body.byteLength;
  }
}

async function insertDeliveries(batch: readonly PendingDelivery[]): Promise<void> {
  await deliveryPool().query({
    name: 'alert-deliveries',
    text: `INSERT INTO alert_deliveries (source, kind, message_id, sha256, body)
           SELECT source, kind, message_id, decode(sha256, 'hex'), body
             FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
                  AS d (source, kind, message_id, sha256, body)
           ON CONFLICT (source, message_id) DO NOTHING`,
    values: [
      batch.map(({ source }) => source.name),
      batch.map(({ source }) => source.kind),
      batch.map(({ messageId }) => messageId),
      batch.map(({ body }) => createHash('sha256').update(body).digest('hex')),
      batch.map(({ body }) => body.toString('utf8')),
    ],
  });
}
