import type { PoolClient } from 'pg';
import { alertPool } from '@/lib/db/pool';
import { transaction } from '@/lib/db/transaction';

/** One reader at a time among all processes, and people in between. */
export const SERIES_LOCK = 7_201_003;

/** One at a time: whoever changes series from what a source says does it here. */
export const inSeriesTransaction = <Result>(
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> =>
  transaction(alertPool(), async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [SERIES_LOCK]);
    return work(client);
  });
