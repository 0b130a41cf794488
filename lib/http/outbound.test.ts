import { createServer, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { jsonOf, outbound } from './outbound';

let stop: (() => void) | undefined;
afterEach(() => stop?.());

async function server(listener: RequestListener): Promise<string> {
  const listening = createServer(listener);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  stop = () => {
    listening.closeAllConnections();
    listening.close();
  };
  return `http://127.0.0.1:${(listening.address() as { port: number }).port}`;
}

const ask = (base: string, more: Partial<Parameters<typeof outbound>[0]> = {}) => outbound({ base, path: ['a b', 'c/d'], timeoutMs: 400, maxBytes: 100_000, ...more });

test('segments are encoded and a base path is kept', async () => {
  let path = '';
  const base = await server((request, response) => {
    path = request.url!;
    response.end('{"ok":true}');
  });
  expect(jsonOf(await ask(`${base}/prefix`, { query: { q: '{ a = "b" }' } }))).toEqual({ ok: true });
  expect(path).toBe('/prefix/a%20b/c%2Fd?q=%7B+a+%3D+%22b%22+%7D');
});

test.each<[string, RequestListener, string]>([
  ['hangs', () => {}, 'timeout'],
  ['drips', (_, response) => { response.write('['); const drip = setInterval(() => response.write(' '), 50); response.on('close', () => clearInterval(drip)); }, 'timeout'],
  ['resets in mid-body', (_, response) => { response.writeHead(200, { 'content-length': '1000' }); response.write('half'); setTimeout(() => response.destroy(), 20); }, 'unavailable'],
  ['redirects', (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(), 'protocol'],
  ['sends a gzip bomb', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000))), 'too_large'],
  ['answers 503', (_, response) => response.writeHead(503).end('busy'), 'unavailable'],
  ['answers 429', (_, response) => response.writeHead(429).end(), 'rate_limited'],
  ['answers 401', (_, response) => response.writeHead(401).end(), 'unauthorized'],
])('a backend that %s is one closed reason, in time', async (_, listener, reason) => {
  const began = Date.now();
  await expect(ask(await server(listener))).rejects.toMatchObject({ name: 'OutboundError', reason });
  expect(Date.now() - began).toBeLessThan(2_000);
});

test('a backend that is not there is unavailable', async () => {
  const base = await server(() => {});
  stop!();
  await expect(ask(base)).rejects.toMatchObject({ reason: 'unavailable', message: 'connection refused' });
});

test('leaving stops the call at the backend', async () => {
  const left = new AbortController();
  let closed: () => void;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  const base = await server((_, response) => response.on('close', () => closed()));
  setTimeout(() => left.abort(), 50);
  await expect(ask(base, { signal: left.signal })).rejects.toMatchObject({ reason: 'cancelled' });
  await gone;
});

test('what is no JSON is a fault of the protocol', async () => {
  const response = await ask(await server((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end('<html>')));
  expect(() => jsonOf(response)).toThrow(expect.objectContaining({ reason: 'protocol' }));
});
