import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';
import { writePool } from '@/lib/db/pool';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { untraced } from '@/lib/observability/untraced';
import { HOUR_MS, MINUTE_MS, msToNs } from '@/lib/time/units';
import { dropOldPartitions } from './partitions';

/** Whoever holds it runs the loop; the others look again at the next turn. */
const LEADER_LOCK = 7_201_002;

const state = processState('telemetry.retention', () => ({
  timer: undefined as NodeJS.Timeout | undefined,
  storeFull: false,
}));

/** The present hour alone is over the limit: nothing is left to drop, so nothing more is taken. */
export const storeIsFull = (): boolean => state().storeFull;

/** Keeps the embedded store within its age and its bytes, once a minute, on one process of many. */
export function startRetention(): void {
  state().timer ??= setInterval(
    () =>
      void untraced(runRetention).catch((error: unknown) =>
        log().error({ error: String(error) }, 'retention failed'),
      ),
    MINUTE_MS,
  ).unref();
}

export async function runRetention(): Promise<string[]> {
  const client = await writePool().connect();
  try {
    const { rows } = await client.query<{ leads: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS leads',
      [LEADER_LOCK],
    );
    if (!rows[0]?.leads) return [];
    try {
      const now = Date.now();
      const { dropped, bytes } = await dropOldPartitions(
        msToNs(now - config().RETENTION_HOURS * HOUR_MS),
        config().RETENTION_BYTES,
        msToNs(now),
      );
      metrics().storeBytes.set(Number(bytes));
      state().storeFull = bytes > BigInt(config().RETENTION_BYTES);
      if (dropped.length)
        log().info({ dropped: dropped.length, bytes: Number(bytes) }, 'dropped old telemetry');
      return dropped;
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [LEADER_LOCK]);
    }
  } finally {
    client.release();
  }
}
