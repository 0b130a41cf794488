import { alertPool } from '@/lib/db/pool';
import { metrics } from '@/lib/observability/metrics';
import { countOverdue } from './notifications/overdue';

/** Sets the gauges of this process that show what is in the database. */
export async function measureAlertGauges(): Promise<void> {
  const { rows } = await alertPool().query<{ open: bigint; waiting: bigint }>(
    `SELECT (SELECT count(*) FROM alert_episodes WHERE resolved_at IS NULL) AS open,
            (SELECT count(*) FROM alert_deliveries WHERE processed_at IS NULL) AS waiting`,
  );
  const [row] = rows;
  metrics().openEpisodes.set(Number(row?.open));
  metrics().alertsWaiting.set(Number(row?.waiting));
  metrics().jobsOverdue.set(await countOverdue());
}
