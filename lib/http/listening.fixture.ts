import { createServer, type RequestListener } from 'node:http';

export interface Listening {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * A server on a free port of loopback that answers as it is told, for tests; closing it ends its
 * connections.
 */
export async function listening(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
