import type { Pool } from 'pg';
import { writePool } from '@/lib/db/pool';
import { HOUR_MS, NS_PER_MS } from '@/lib/time/units';

const HOUR_NS = BigInt(HOUR_MS) * NS_PER_MS;
const TABLES = ['spans', 'logs'] as const;
/** Any number will do, as long as nobody else takes the same advisory lock. */
const PARTITION_LOCK = 7_201_001;

const known = new Set<bigint>();

export const hourOf = (ns: bigint): bigint => ns / HOUR_NS;

/** Makes the partitions that rows with these times fall into. */
export async function ensurePartitions(
  times: Iterable<bigint>,
  pool: Pool = writePool(),
): Promise<void> {
  const missing = new Set<bigint>();
  for (const time of times) if (!known.has(hourOf(time))) missing.add(hourOf(time));
  if (missing.size === 0) return;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
    for (const hour of missing) {
      for (const table of TABLES) {
        await client.query(
          `CREATE TABLE IF NOT EXISTS telemetry.${table}_h${hour} PARTITION OF telemetry.${table} FOR VALUES FROM (${hour * HOUR_NS}) TO (${(hour + 1n) * HOUR_NS})`,
        );
      }
    }
    await client.query('COMMIT');
    for (const hour of missing) known.add(hour);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** A partition may have been dropped by another process: forget, so that the next write makes it again. */
export const forgetPartitions = (): void => known.clear();

interface PartitionRow {
  readonly name: string;
  readonly hour: bigint;
  readonly bytes: bigint;
}

/**
 * Drops whole hours: first all older than `oldestNs`, then from the oldest on until at most `maxBytes` are left. The present hour stays.
 * @returns the names of the dropped partitions and the bytes that are left.
 */
export async function dropOldPartitions(
  oldestNs: bigint,
  maxBytes: number,
  nowNs: bigint,
): Promise<{ dropped: string[]; bytes: bigint }> {
  const pool = writePool();
  const { rows } = await pool.query<{ name: string; bytes: bigint }>(
    `SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'telemetry' AND c.relkind = 'r'`,
  );
  const partitions: PartitionRow[] = rows
    .map((row) => ({ ...row, hour: BigInt(row.name.replace(/^\w+_h/, '')) }))
    .sort((a, b) => Number(a.hour - b.hour));
  let bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0n);
  const dropped: string[] = [];
  for (const partition of partitions) {
    const tooOld = (partition.hour + 1n) * HOUR_NS <= oldestNs;
    const tooMuch = bytes > BigInt(maxBytes) && partition.hour < hourOf(nowNs);
    if (!tooOld && !tooMuch) continue;
    await pool.query(`DROP TABLE IF EXISTS telemetry.${partition.name}`);
    known.delete(partition.hour);
    bytes -= partition.bytes;
    dropped.push(partition.name);
  }
  await pool.query(
    `DELETE FROM telemetry.log_batches WHERE received_at < now() - interval '1 day'`,
  );
  return { dropped, bytes };
}
