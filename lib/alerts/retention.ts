import { config } from '@/lib/config/load';
import { alertPool } from '@/lib/db/pool';

const ROWS_AT_ONCE = 5_000;

/**
 * Deletes what is older than its time: messages as they came, quarantine, entries of the former
 * outbox, evidence. Episodes and their events stay.
 */
export async function deleteOldAlertData(): Promise<void> {
  const { DELIVERY_DAYS, EVIDENCE_DAYS } = config();
  await deleteOldDeliveries(DELIVERY_DAYS);
  await alertPool().query(
    `DELETE FROM alert_quarantine
      WHERE created_at < now() - make_interval(days => $1)`,
    [DELIVERY_DAYS],
  );
  await alertPool().query(
    `DELETE FROM alert_outbox
      WHERE done_at < now() - make_interval(days => $1)`,
    [DELIVERY_DAYS],
  );
  await alertPool().query(
    `DELETE FROM alert_evidence
      WHERE captured_at < now() - make_interval(days => $1)`,
    [EVIDENCE_DAYS],
  );
}

/** In parts, so that no statement holds the table for long. */
async function deleteOldDeliveries(days: number): Promise<void> {
  let deleted: number;
  do {
    const { rowCount } = await alertPool().query(
      `DELETE FROM alert_deliveries
        WHERE id IN (
                SELECT id
                  FROM alert_deliveries
                 WHERE received_at < now() - make_interval(days => $1)
                   AND processed_at IS NOT NULL
                 LIMIT ${ROWS_AT_ONCE}
              )`,
      [days],
    );
    deleted = rowCount ?? 0;
  } while (deleted > 0);
}
