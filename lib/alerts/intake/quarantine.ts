import type { PoolClient } from 'pg';
import { metrics } from '@/lib/observability/metrics';
import type { ParsedDelivery, StoredDelivery } from './stored-delivery';

/** Of one message; all of it is kept in `alert_deliveries`. */
const MAX_REJECTED = 100;

export interface QuarantinedItem {
  readonly delivery: StoredDelivery;
  readonly reason: string;
  readonly item: string;
}

/** The items of these messages that are no alerts. */
export const rejectedItems = (parsed: readonly ParsedDelivery[]): QuarantinedItem[] =>
  parsed.flatMap(({ delivery, message }) =>
    message.rejected.slice(0, MAX_REJECTED).map((each) => ({ ...each, delivery })),
  );

/** Keeps items that could not be read, for people to look at. */
export async function quarantine(
  client: PoolClient,
  items: readonly QuarantinedItem[],
): Promise<void> {
  if (items.length === 0) return;
  for (const { delivery } of items) metrics().alertsQuarantined.inc({ source: delivery.source });
  await client.query(
    `INSERT INTO alert_quarantine (delivery_id, source, reason, item)
     SELECT *
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])`,
    [
      items.map(({ delivery }) => delivery.id),
      items.map(({ delivery }) => delivery.source),
      items.map(({ reason }) => reason),
      items.map(({ item }) => item),
    ],
  );
}
