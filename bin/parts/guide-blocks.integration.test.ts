import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { readMessage, type ReadSpans } from '@/lib/telemetry/otlp/read';
import { freePort, waitFor } from './processes';

const root = resolve(import.meta.dirname, '../..');
const guide = readFileSync(join(root, 'docs/instrument-your-service.md'), 'utf8');
const TIMEOUT_MS = 60_000;

/** The blocks of JavaScript, by the file that their first line names. */
const blocks = new Map(
  [...guide.matchAll(/^```js\n(\/\/ (\S+\.mjs)[\s\S]*?)^```$/gm)].map(([, code, file]) => [
    file!,
    code!,
  ]),
);

/** What the services of one block sent, and who is told when more arrives. */
let received: Span[] = [];
let wake: () => void = () => {};
let receiver: Server;
let folder: string;

beforeAll(async () => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  // Inside the repository, so that its packages are found.
  folder = mkdtempSync(join(root, '.cache/guide-'));
  for (const [file, code] of blocks) writeFileSync(join(folder, file), code);
  copyFileSync(join(root, 'lib/correlation-id/propagation.ts'), join(folder, 'propagation.ts'));
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { items } = readMessage({ signal: 'traces', encoding: 'protobuf', body }) as ReadSpans;
      received.push(...items);
      wake();
      response.end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterAll(() => {
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

let service: ChildProcess | undefined;
afterEach(async () => {
  received = [];
  if (!service) return;
  const ended = service.exitCode === null ? once(service, 'exit') : undefined;
  service.kill('SIGKILL');
  await ended;
  service = undefined;
});

/** Starts the file of a block with the command of the guide; gives its address. */
async function start(file: string): Promise<string> {
  const port = await freePort();
  const { port: collector } = receiver.address() as AddressInfo;
  service = spawn(process.execPath, ['--import', './telemetry.mjs', file], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore'],
    env: {
      NODE_ENV: 'production',
      PATH: process.env.PATH,
      PORT: String(port),
      OTEL_SERVICE_NAME: 'stock',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
  const address = `http://127.0.0.1:${port}`;
  await waitFor(file, `${address}/stock/A-1`, file);
  return address;
}

const spansOf = (id: string) =>
  received.filter(({ attributes }) => attributes.correlation_id === id);

/** The spans of a request, once all that are looked for have arrived. */
async function spansOnce(
  id: string,
  ...wanted: readonly ((span: Span) => boolean)[]
): Promise<Span[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  while (!wanted.every((isWanted) => spansOf(id).some(isWanted))) {
    await new Promise<void>((arrived, reject) => {
      wake = arrived;
      signal.onabort = () => reject(new Error(`what was looked for of ${id} did not arrive`));
    });
  }
  return spansOf(id);
}
const isServer = ({ kind }: Span): boolean => kind === 'server';
const threwRangeError = ({ events }: Span): boolean =>
  events.some(({ attributes }) => attributes['exception.type'] === 'RangeError');

test('there is a block for the SDK and one for each framework', () => {
  expect([...blocks.keys()]).toEqual(['telemetry.mjs', 'express.mjs', 'koa.mjs', 'fastify.mjs']);
});

test('every package that a block names is installed here in that version', () => {
  const named = [...guide.matchAll(/npm install (?:\\\n|[^\n])*/g)].flatMap(([command]) => [
    ...command.matchAll(/((?:@[\w-]+\/)?[\w-]+)@(\d[\w.-]*)/g),
  ]);
  expect(named.length).toBeGreaterThan(10);
  for (const [, name, version] of named) {
    const { version: installed } = JSON.parse(
      readFileSync(join(root, 'node_modules', name!, 'package.json'), 'utf8'),
    ) as { version: string };
    expect(`${name}@${installed}`).toBe(`${name}@${version}`);
  }
});

describe.each(['express.mjs', 'koa.mjs', 'fastify.mjs'])('the block of %s', (file) => {
  test('puts the id on every span and into every answer, keeps the route and the exception', async () => {
    const address = await start(file);
    const get = (sku: string, id: string) =>
      fetch(`${address}/stock/${sku}`, { headers: { 'x-correlation-id': id } });

    const good = await get('A-1', 'guide-good-1');
    expect(good.status).toBe(200);
    expect(good.headers.get('x-correlation-id')).toBe('guide-good-1');
    const bad = await get('X-9', 'guide-bad-1');
    expect(bad.status).toBe(500);
    expect(bad.headers.get('x-correlation-id')).toBe('guide-bad-1');

    const server = (await spansOnce('guide-good-1', isServer)).find(isServer)!;
    expect(server.attributes['http.route']).toBe('/stock/:sku');
    expect(server.outcome).toBe('good');

    const failed = await spansOnce('guide-bad-1', isServer, threwRangeError);
    const failedServer = failed.find(isServer)!;
    expect(failedServer.attributes['http.route']).toBe('/stock/:sku');
    expect(failedServer.outcome).toBe('failed');
    // Nothing of the two requests was sent without their id.
    const traces = new Set([server.traceId, failedServer.traceId]);
    expect(
      received
        .filter(({ traceId }) => traces.has(traceId))
        .filter(({ attributes }) => attributes.correlation_id === undefined),
    ).toEqual([]);
  });
});
