import pg from 'pg';
import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';

/**
 * The driver answers 64-bit integers as text; ours are nanoseconds and row ids, both whole bigint.
 * For these pools only: Prisma wants the text.
 */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? BigInt
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

type Use = 'read' | 'write' | 'alerts' | 'deliveries' | 'limits' | 'jobs';
const pools = processState('db.pools', () => new Map<Use, pg.Pool>());

/**
 * For connections that wait long: a peer that is gone without a word is given up within a minute,
 * and what it held is free.
 */
export const KEPT_ALIVE = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  options: '-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3',
} as const;

function pool(use: Use): pg.Pool {
  const known = pools().get(use);
  if (known) return known;
  const created = new pg.Pool({
    connectionString: config().DATABASE_URL,
    max: { read: 12, write: 6, alerts: 4, deliveries: 2, limits: 2, jobs: 6 }[use],
    // A server that vanished is noticed, by us and by its like on the other side.
    ...KEPT_ALIVE,
    ...(use === 'deliveries' ? { query_timeout: 15_000 } : {}),
    // A job that cannot be finished runs twice; one that waits only comes later.
    connectionTimeoutMillis: use === 'jobs' ? 10_000 : 2_000,
    // The job queue's library is given what it expects.
    ...(use === 'jobs' ? {} : { types }),
    // No answer is waited for longer than a source's deadline.
    statement_timeout: use === 'read' ? 4_500 : 30_000,
    application_name: `throughline-${use}`,
  });
  // No error of anybody's query: an idle connection broke, and the pool replaces it. Without a
  // listener it would end the process.
  created.on('error', () => {});
  pools().set(use, created);
  return created;
}

/** For set-based reads; statements end at the source deadline. */
export const readPool = (): pg.Pool => pool('read');
/** For intake and retention. */
export const writePool = (): pg.Pool => pool('write');
/**
 * For storing what was delivered, and for nothing else: a sender never waits for what is done with
 * it.
 */
export const deliveryPool = (): pg.Pool => pool('deliveries');
/** For alerts alone: nothing else may keep one waiting. */
export const alertPool = (): pg.Pool => pool('alerts');
/**
 * For counting attempts: neither telemetry nor alerts may delay a sign-in, nor a flood of sign-ins
 * delay them.
 */
export const limitPool = (): pg.Pool => pool('limits');
/**
 * For the job queue: a connection that listens for each of the two workers, four for taking and
 * finishing jobs.
 */
export const jobsPool = (): pg.Pool => pool('jobs');
