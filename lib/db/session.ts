import pg from 'pg';
import { config } from '@/lib/config/load';
import { KEPT_ALIVE } from './pool';

/**
 * A connection of its own, for what belongs to a session (LISTEN, advisory locks), until it is
 * stopped. `begin` runs on each new one: it may say that this one is of no use yet (false), or
 * throw; then, as whenever the connection ends, the next is tried after `retryMs`. `ended` is told
 * that the one that began is over.
 * @returns ends the connection for good
 */
export function keepSession(
  name: string,
  retryMs: number,
  begin: (client: pg.Client) => Promise<boolean>,
  ended: (error?: unknown) => void = () => {},
): () => Promise<void> {
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  let client = connect();

  function connect(): pg.Client {
    const created = new pg.Client({
      connectionString: config().DATABASE_URL,
      application_name: `throughline-${name}`,
      connectionTimeoutMillis: 5_000,
      ...KEPT_ALIVE,
    });
    let over = false;
    const again = (error?: unknown) => {
      if (over || stopped) return;
      over = true;
      ended(error);
      void end(created);
      retry = setTimeout(() => {
        client = connect();
      }, retryMs).unref();
    };
    created.on('error', again);
    created.on('end', () => again());
    created
      .connect()
      .then(() => begin(created))
      .then((useful) => useful || again(), again);
    return created;
  }

  return async () => {
    stopped = true;
    clearTimeout(retry);
    await end(client);
  };
}

/** The connection is given up: that it cannot be ended in good order is no error. */
const end = (client: pg.Client): Promise<void> => client.end().catch(() => undefined);
