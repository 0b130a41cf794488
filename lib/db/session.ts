import pg from 'pg';
import { config } from '@/lib/config/load';
import { KEPT_ALIVE } from './pool';

/**
 * A connection of its own, for what belongs to a session (LISTEN, advisory locks), for as long as
 * the process lives. `begin` runs on each new one: it may say that this one is of no use yet
 * (false), or throw; then, as whenever the connection ends, the next is tried after `retryMs`.
 * `ended` is told that the one that began is over.
 */
export function keepSession(
  name: string,
  retryMs: number,
  begin: (client: pg.Client) => Promise<boolean>,
  ended: (error?: unknown) => void = () => {},
): void {
  const client = new pg.Client({
    connectionString: config().DATABASE_URL,
    application_name: `throughline-${name}`,
    connectionTimeoutMillis: 5_000,
    ...KEPT_ALIVE,
  });
  let over = false;
  const again = (error?: unknown) => {
    if (over) return;
    over = true;
    ended(error);
    // The connection is given up; `ended` has been told why.
    client.end().catch(() => undefined);
    setTimeout(() => keepSession(name, retryMs, begin, ended), retryMs).unref();
  };
  client.on('error', again);
  client.on('end', () => again());
  client
    .connect()
    .then(() => begin(client))
    .then((useful) => useful || again(), again);
}
