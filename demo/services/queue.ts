import { createServer } from 'node:http';

/**
 * The broker: named queues in memory, long polling. A bought-in part, so it has no telemetry of its
 * own.
 */
const MAX_WAITING = 10_000;
const LONG_POLL_MS = 10_000;
/** Messages become visible after a moment, as with any broker that commits first. */
const VISIBLE_AFTER_MS = 350;

const queues = new Map<string, { message: string; at: number }[]>();

createServer((request, response) => {
  const [, , name = '', next] = (request.url ?? '').split('/');
  const queue = queues.get(name) ?? [];
  queues.set(name, queue);
  if (request.method === 'POST') {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (queue.length < MAX_WAITING)
        queue.push({
          message: Buffer.concat(chunks).toString(),
          at: Date.now() + VISIBLE_AFTER_MS,
        });
      response.writeHead(202).end();
    });
    return;
  }
  if (name && !next)
    return void response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ waiting: queue.length }));
  if (next !== 'next') return void response.writeHead(request.url === '/healthz' ? 200 : 404).end();
  const until = Date.now() + LONG_POLL_MS;
  const look = () => {
    if (response.destroyed) return;
    if (queue[0] && queue[0].at <= Date.now())
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(queue.shift()!.message);
    if (Date.now() > until) return void response.writeHead(204).end();
    setTimeout(look, 20);
  };
  look();
}).listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1');

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
