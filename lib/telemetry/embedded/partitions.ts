import { LRUCache } from 'lru-cache';
import { writePool } from '@/lib/db/pool';
import { transaction } from '@/lib/db/transaction';
import { HOUR_MS, NS_PER_MS } from '@/lib/time/units';

const HOUR_NS = BigInt(HOUR_MS) * NS_PER_MS;
const TABLES = ['spans', 'logs'] as const;
/** Any number that no other advisory lock has. */
const PARTITION_LOCK = 7_201_001;

/** Hours whose partitions exist. The longest retention has 2,160. */
const existingHours = new LRUCache<bigint, true>({ max: 4_000 });

/** Hours since 1970: the number in the name of a partition. */
const hourOf = (ns: bigint): bigint => ns / HOUR_NS;

/** Creates the partitions that rows with these times fall into. */
export async function ensurePartitions(timesNs: Iterable<bigint>): Promise<void> {
  const missing = new Set<bigint>();
  for (const timeNs of timesNs) {
    const hour = hourOf(timeNs);
    if (!existingHours.has(hour)) missing.add(hour);
  }
  if (missing.size === 0) return;
  await transaction(writePool(), async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
    for (const hour of missing)
      for (const table of TABLES) await client.query(createPartition(table, hour));
  });
  for (const hour of missing) existingHours.set(hour, true);
}

const createPartition = (table: (typeof TABLES)[number], hour: bigint): string => `
  CREATE TABLE IF NOT EXISTS telemetry.${table}_h${hour}
  PARTITION OF telemetry.${table}
  FOR VALUES FROM (${hour * HOUR_NS}) TO (${(hour + 1n) * HOUR_NS})`;

/** Another process may have dropped a partition: the next write creates what it needs again. */
export const forgetPartitions = (): void => existingHours.clear();

interface Partition {
  readonly name: string;
  readonly hour: bigint;
  readonly bytes: bigint;
}

async function allPartitions(): Promise<Partition[]> {
  const { rows } = await writePool().query<{ name: string; bytes: bigint }>(`
    SELECT child.relname AS name, pg_total_relation_size(child.oid) AS bytes
    FROM pg_inherits
    JOIN pg_class AS child ON child.oid = inhrelid
    JOIN pg_namespace AS namespace ON namespace.oid = child.relnamespace
    WHERE namespace.nspname = 'telemetry'
      AND child.relkind = 'r'`);
  return rows
    .map((row) => ({ ...row, hour: BigInt(row.name.replace(/^\w+_h/, '')) }))
    .toSorted((a, b) => Number(a.hour - b.hour));
}

/**
 * Drops whole hours: first all older than `oldestNs`, then from the oldest on until at most
 * `maxBytes` are left. The present hour stays.
 * @returns the names of the dropped partitions, and the bytes that are left
 */
export async function dropOldPartitions(
  oldestNs: bigint,
  maxBytes: number,
  nowNs: bigint,
): Promise<{ dropped: string[]; bytes: bigint }> {
  const partitions = await allPartitions();
  let bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0n);
  const dropped: string[] = [];
  for (const partition of partitions) {
    const tooOld = (partition.hour + 1n) * HOUR_NS <= oldestNs;
    const tooMuch = bytes > BigInt(maxBytes) && partition.hour < hourOf(nowNs);
    if (!tooOld && !tooMuch) continue;
    await writePool().query(`DROP TABLE IF EXISTS telemetry.${partition.name}`);
    existingHours.delete(partition.hour);
    bytes -= partition.bytes;
    dropped.push(partition.name);
  }
  await writePool().query(`
    DELETE FROM telemetry.log_batches
    WHERE received_at < now() - interval '1 day'`);
  await writePool().query(
    `
    DELETE FROM telemetry.rejections
    WHERE minute < to_timestamp($1::bigint / 1000000000)`,
    [oldestNs],
  );
  return { dropped, bytes };
}
