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
  const known = queue();
  if (known.bytes + body.byteLength > MAX_BYTES)
    return Promise.reject(
      new AppError('unavailable', 'More alerts are waiting than can be held. Send this again.', {
        'retry-after': '2',
      }),
    );
  known.bytes += body.byteLength;
  return new Promise((stored, failed) => {
    known.waiting.push({ source, messageId, body, stored, failed });
    if (!known.writing) void write(known);
  });
}

async function write(known: Queue): Promise<void> {
  known.writing = true;
  while (known.waiting.length > 0) {
    const together = known.waiting.splice(0, BATCH_SIZE);
    try {
      await deliveryPool().query({
        name: 'alert-deliveries',
        text: `INSERT INTO alert_deliveries (source, kind, message_id, sha256, body)
               SELECT source, kind, message_id, decode(sha256, 'hex'), body
                 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS d(source, kind, message_id, sha256, body)
               ON CONFLICT (source, message_id) DO NOTHING`,
        values: [
          together.map(({ source }) => source.name),
          together.map(({ source }) => source.kind),
          together.map(({ messageId }) => messageId),
          together.map(({ body }) => createHash('sha256').update(body).digest('hex')),
          together.map(({ body }) => body.toString('utf8')),
        ],
      });
      for (const each of together) each.stored();
    } catch (error) {
      log().error(
        { error: String(error), messages: together.length },
        'alerts could not be stored; their senders were told to send them again',
      );
      const away = new AppError('unavailable', 'The alert could not be stored. Send it again.', {
        'retry-after': '5',
      });
      for (const each of together) each.failed(away);
    } finally {
      for (const { body } of together) known.bytes -= body.byteLength;
    }
  }
  known.writing = false;
}
