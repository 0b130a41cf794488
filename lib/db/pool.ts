import pg from 'pg';
import { config } from '@/lib/config/load';

/** The driver answers 64-bit integers as text; ours are nanoseconds and row ids, both whole bigint. For these pools only: Prisma wants the text. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => (oid === pg.types.builtins.INT8 ? BigInt : pg.types.getTypeParser(oid, format as 'text'))) as typeof pg.types.getTypeParser,
};

type Use = 'read' | 'write' | 'alerts';
const holder = globalThis as { throughlinePools?: Partial<Record<Use, pg.Pool>> };

function pool(use: Use): pg.Pool {
  const pools = (holder.throughlinePools ??= {});
  if (!pools[use]) {
    pools[use] = new pg.Pool({
      connectionString: config().DATABASE_URL,
      max: { read: 12, write: 6, alerts: 4 }[use],
      connectionTimeoutMillis: 2_000,
      types,
      // No answer is waited for longer than a source's deadline.
      statement_timeout: use === 'read' ? 4_500 : 30_000,
      application_name: `throughline-${use}`,
    });
    // A broken idle connection is replaced by the pool; without a listener it would end the process.
    pools[use].on('error', () => {});
  }
  return pools[use];
}

/** For set-based reads; statements end at the source deadline. */
export const readPool = (): pg.Pool => pool('read');
/** For intake and retention. */
export const writePool = (): pg.Pool => pool('write');
/** For alerts alone: nothing else may keep one waiting. */
export const alertPool = (): pg.Pool => pool('alerts');
