import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';
import { writePool } from '@/lib/db/pool';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { HOUR_MS, msToNs } from '@/lib/time/units';
import { dropOldPartitions } from './partitions';

/** Whoever holds it measures and drops; the others try again at their next turn. */
const RETENTION_LOCK = 7_201_002;

const state = processState('telemetry.retention', () => ({
  storeFull: false,
}));

/**
 * Whether the present hour alone is over the limit: nothing is left to drop, so intake refuses
 * more.
 */
export const storeIsFull = (): boolean => state().storeFull;

/**
 * Keeps the embedded store within its age and its bytes. One process at a time; the others do
 * nothing. @returns the partitions it dropped
 */
export async function runRetention(): Promise<string[]> {
  const client = await writePool().connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS locked',
      [RETENTION_LOCK],
    );
    if (!rows[0]?.locked) return [];
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
      await client.query('SELECT pg_advisory_unlock($1)', [RETENTION_LOCK]);
    }
  } finally {
    client.release();
  }
}
