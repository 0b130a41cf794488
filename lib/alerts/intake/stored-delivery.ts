import type { PoolClient } from 'pg';
import type { AlertSenderKind } from '@/lib/config/alert-settings';
import { epochMs } from '@/lib/time/units';
import { quarantinedText } from '../sources/message-fields';
import { MESSAGE_READERS } from '../sources/message-readers';
import { EMPTY_MESSAGE, type ParsedMessage } from '../sources/observation';

/** No more is read at once, but for a single message that is larger. */
const MAX_BYTES = 32 * 1024 * 1024;

/** A message of a source, as it came. */
export interface StoredDelivery {
  readonly id: bigint;
  readonly source: string;
  readonly kind: AlertSenderKind;
  readonly body: string;
  readonly received_at: Date;
}

export interface ParsedDelivery {
  readonly delivery: StoredDelivery;
  readonly message: ParsedMessage;
}

/** The oldest that are not processed. */
export async function nextDeliveries(client: PoolClient, limit: number): Promise<StoredDelivery[]> {
  const { rows } = await client.query<StoredDelivery>(
    `SELECT id, source, kind, body, received_at
       FROM (
              SELECT *,
                     sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS before
                FROM (
                       SELECT *
                         FROM alert_deliveries
                        WHERE processed_at IS NULL
                        ORDER BY id
                        LIMIT $1
                     ) d
            ) t
      WHERE before < ${MAX_BYTES}
      ORDER BY id`,
    [limit],
  );
  return rows;
}

/** Undefined for one that was processed meanwhile. */
export async function unprocessedDelivery(
  client: PoolClient,
  id: bigint,
): Promise<StoredDelivery | undefined> {
  const { rows } = await client.query<StoredDelivery>(
    `SELECT id, source, kind, body, received_at
       FROM alert_deliveries
      WHERE id = $1
        AND processed_at IS NULL`,
    [id],
  );
  return rows[0];
}

export async function markProcessed(client: PoolClient, ids: readonly bigint[]): Promise<void> {
  await client.query(
    `UPDATE alert_deliveries
        SET processed_at = now()
      WHERE id = ANY($1::bigint[])`,
    [ids],
  );
}

/** What the message says; one that cannot be read is rejected whole. */
export function parseDelivery(delivery: StoredDelivery): ParsedDelivery {
  try {
    const receivedMs = epochMs(delivery.received_at.getTime());
    const message = MESSAGE_READERS[delivery.kind].read(JSON.parse(delivery.body), receivedMs);
    return { delivery, message };
  } catch (error) {
    const reason = `could not be read: ${String((error as Error).message).slice(0, 200)}`;
    const rejected = [{ reason, item: quarantinedText(delivery.body) }];
    return { delivery, message: { ...EMPTY_MESSAGE, rejected } };
  }
}
