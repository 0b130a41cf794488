import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { afterEach, expect, test, vi } from 'vitest';
import { listening } from './listening.fixture';
import { parseJson, outbound } from './outbound';

let stop: (() => void) | undefined;
afterEach(() => stop?.());

async function server(listener: RequestListener): Promise<string> {
  const { url, close } = await listening(listener);
  stop = () => void close();
  return url;
}

const ask = (base: string, more: Partial<Parameters<typeof outbound>[0]> = {}) =>
  outbound({ backend: { base }, path: ['a b', 'c/d'], timeoutMs: 400, maxBytes: 100_000, ...more });

test('segments are encoded and a base path is kept', async () => {
  let path = '';
  const base = await server((request, response) => {
    path = request.url!;
    response.end('{"ok":true}');
  });
  expect(parseJson(await ask(`${base}/prefix`, { query: { q: '{ a = "b" }' } }))).toEqual({
    ok: true,
  });
  expect(path).toBe('/prefix/a%20b/c%2Fd?q=%7B+a+%3D+%22b%22+%7D');
});

test.each<[string, RequestListener, string]>([
  ['hangs', () => {}, 'timeout'],
  [
    'drips',
    (_, response) => {
      response.write('[');
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
    },
    'timeout',
  ],
  [
    'resets in mid-body',
    (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    },
    'unavailable',
  ],
  [
    'redirects',
    (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    'protocol',
  ],
  [
    'sends a gzip bomb',
    (_, response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(5_000_000))),
    'too_large',
  ],
  ['answers 503', (_, response) => response.writeHead(503).end('busy'), 'unavailable'],
  ['answers 429', (_, response) => response.writeHead(429).end(), 'rate_limited'],
  ['answers 401', (_, response) => response.writeHead(401).end(), 'unauthorized'],
])('a backend that %s is one closed reason, in time', async (_, listener, reason) => {
  const began = Date.now();
  await expect(ask(await server(listener))).rejects.toMatchObject({
    name: 'OutboundError',
    reason,
  });
  expect(Date.now() - began).toBeLessThan(2_000);
});

test('a backend that is not there is unavailable', async () => {
  const base = await server(() => {});
  stop!();
  await expect(ask(base)).rejects.toMatchObject({
    reason: 'unavailable',
    message: 'connection refused',
  });
});

test.each<[string, object, string | undefined]>([
  ['a bearer token', { bearer: 'secret' }, 'Bearer secret'],
  [
    'name and password',
    { basic: { user: 'portal', password: 'pass:word' } },
    `Basic ${Buffer.from('portal:pass:word').toString('base64')}`,
  ],
  ['nothing', {}, undefined],
])('the portal shows itself with %s', async (_, credentials, expected) => {
  let seen: string | undefined;
  const base = await server((request, response) => {
    seen = request.headers.authorization;
    response.end('{}');
  });
  await ask(base, { backend: { base, ...credentials } });
  expect(seen).toBe(expected);
});

test('a token in a file is read again when the file changes; headers of the configuration are sent', async () => {
  const seen: string[] = [];
  const base = await server((request, response) => {
    seen.push(`${request.headers.authorization} ${String(request.headers['x-scope-orgid'])}`);
    response.end('{}');
  });
  const bearerFile = join(mkdtempSync(join(tmpdir(), 'throughline-token-')), 'token');
  writeFileSync(bearerFile, 'first\n');
  const backend = { base, bearerFile, headers: { 'x-scope-orgid': 'team-a' } };
  await ask(base, { backend });
  writeFileSync(bearerFile, 'second\n');
  utimesSync(bearerFile, new Date(), new Date(Date.now() + 5_000));
  await ask(base, { backend });
  expect(seen).toEqual(['Bearer first team-a', 'Bearer second team-a']);
});

test('a backend that wants a client certificate gets it, and its own is checked', async () => {
  const [ours, theirs] = await Promise.all([
    generate([{ name: 'commonName', value: 'portal' }]),
    generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    }),
  ]);
  const listening = createSecureServer(
    {
      key: theirs.private,
      cert: theirs.cert,
      ca: ours.cert,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (_, response) => response.end('{"ok":true}'),
  );
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  stop = () => {
    listening.closeAllConnections();
    listening.close();
  };
  const base = `https://127.0.0.1:${(listening.address() as { port: number }).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'throughline-tls-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const tls = {
    ca: file('ca.pem', theirs.cert),
    cert: file('cert.pem', ours.cert),
    key: file('key.pem', ours.private),
  };
  expect(parseJson(await ask(base, { backend: { base, tls } }))).toEqual({ ok: true });
  await expect(ask(base, { backend: { base, tls: { ca: tls.ca } } })).rejects.toMatchObject({
    reason: 'unavailable',
  });
  await expect(
    ask(base, { backend: { base, tls: { cert: tls.cert, key: tls.key } } }),
  ).rejects.toMatchObject({ reason: 'unavailable' });
});

test('who asks the same at the same time shares one answer', async () => {
  let asked = 0;
  const base = await server((_, response) =>
    setTimeout(() => response.end(`{"n":${++asked}}`), 50),
  );
  const answers = await Promise.all([ask(base), ask(base), ask(base, { query: { other: '1' } })]);
  expect(answers.map(parseJson)).toEqual([{ n: 1 }, { n: 1 }, { n: 2 }]);
});

test('one of those who share may leave, and the other has his answer', async () => {
  const base = await server((_, response) => setTimeout(() => response.end('{"ok":true}'), 150));
  const leaving = new AbortController();
  const calls = [ask(base, { signal: leaving.signal }), ask(base)];
  leaving.abort();
  await expect(calls[0]).rejects.toMatchObject({ reason: 'cancelled' });
  expect(parseJson(await calls[1]!)).toEqual({ ok: true });
});

test('who comes late to a call that hangs has a time of his own', async () => {
  const base = await server(() => {});
  const first = ask(base, { timeoutMs: 700 });
  await new Promise((done) => setTimeout(done, 600));
  const began = Date.now();
  const second = ask(base, { timeoutMs: 700 });
  await expect(first).rejects.toMatchObject({ reason: 'timeout' });
  await expect(second).rejects.toMatchObject({ reason: 'timeout' });
  expect(Date.now() - began).toBeGreaterThan(600);
});

test('the call ends when the last of those who share has left', async () => {
  let closed: () => void;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  const base = await server((_, response) => response.on('close', () => closed()));
  const [first, second] = [new AbortController(), new AbortController()];
  const calls = [
    ask(base, { signal: first.signal, timeoutMs: 5_000 }),
    ask(base, { signal: second.signal, timeoutMs: 5_000 }),
  ];
  first.abort();
  await expect(calls[0]).rejects.toMatchObject({ reason: 'cancelled' });
  setTimeout(() => second.abort(), 100);
  await expect(calls[1]).rejects.toMatchObject({ reason: 'cancelled' });
  await gone;
});

test.each([429, 502, 503, 504])('a %i that passes is asked again', async (status) => {
  let asked = 0;
  const base = await server((_, response) =>
    ++asked < 3 ? response.writeHead(status).end('busy') : response.end('{"ok":true}'),
  );
  expect(parseJson(await ask(base, { timeoutMs: 3_000 }))).toEqual({ ok: true });
  expect(asked).toBe(3);
});

test.each([400, 401, 422, 500])('a %i is what it is: asked once', async (status) => {
  let asked = 0;
  const base = await server((_, response) => {
    asked += 1;
    response.writeHead(status).end();
  });
  await expect(ask(base, { timeoutMs: 3_000 })).rejects.toMatchObject({ status });
  expect(asked).toBe(1);
});

test('a backend that asks for more time than there is, is left alone', async () => {
  let asked = 0;
  const base = await server((_, response) => {
    asked += 1;
    response.writeHead(429, { 'retry-after': '30' }).end();
  });
  await expect(ask(base)).rejects.toMatchObject({ reason: 'rate_limited' });
  expect(asked).toBe(1);
});

test('no more calls at once than the configuration says', async () => {
  let [now, most] = [0, 0];
  const base = await server((_, response) => {
    most = Math.max(most, ++now);
    setTimeout(() => {
      now -= 1;
      response.end('{}');
    }, 20);
  });
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      ask(base, {
        backend: { base, concurrency: 3 },
        query: { n: String(index) },
        timeoutMs: 3_000,
      }),
    ),
  );
  expect(most).toBe(3);
});

test('a process that loads this module twice, as the build does, has one pool', async () => {
  vi.resetModules();
  const second = await import('./outbound');
  expect(second.outbound).not.toBe(outbound);
  let [open, most] = [0, 0];
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  const base = await server((_, response) => {
    most = Math.max(most, ++open);
    // Answered only once as many are open as may be: a second pool would open as many again.
    if (open === 16) setTimeout(release, 100);
    void released.then(() => {
      open -= 1;
      response.end('{}');
    });
  });
  // As TEMPO_CONCURRENCY=16 makes it.
  const backend = { base, concurrency: 16 };
  const request = { backend, path: [], timeoutMs: 10_000, maxBytes: 1_000 };
  await Promise.all(
    [outbound, second.outbound].flatMap((call) =>
      Array.from({ length: 40 }, (_, index) => call({ ...request, query: { n: String(index) } })),
    ),
  );
  expect(most).toBe(16);
});

test('leaving stops the call at the backend', async () => {
  const left = new AbortController();
  let closed: () => void;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  const base = await server((_, response) => {
    response.on('close', () => closed());
    left.abort();
  });
  const asked = ask(base, { signal: left.signal, timeoutMs: 60_000 });
  await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
  await gone;
});

test('what is no JSON is a fault of the protocol', async () => {
  const response = await ask(
    await server((_, answer) =>
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ),
  );
  expect(() => parseJson(response)).toThrow(expect.objectContaining({ reason: 'protocol' }));
});
