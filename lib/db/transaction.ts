import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` in one transaction on a connection of the pool. A connection that cannot even roll
 * back is not used again.
 */
export async function transaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // What is thrown is why the transaction failed; that it cannot be rolled back only ends its
    // connection.
    await client.query('ROLLBACK').catch(() => (broken = true));
    throw error;
  } finally {
    client.release(broken);
  }
}
