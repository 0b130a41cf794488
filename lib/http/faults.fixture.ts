import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** More, unpacked, than the portal reads of any answer; packed it is small. */
const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, ' '));

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drops = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(drops));
}

/** Says it is packed, and is cut. */
const cut = gzipSync(
  Buffer.from(JSON.stringify({ status: 'success', data: 'x'.repeat(1000) })),
).subarray(0, 40);

function reset(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
  response.write('{"half":');
  setTimeout(() => response.destroy(), 20);
}

/** All the ways a backend is not what it should be. */
export const FAULTS = {
  hangs: () => {},
  drips: (_: IncomingMessage, response: ServerResponse) => drip(response),
  'resets in mid-body': (_: IncomingMessage, response: ServerResponse) => reset(response),
  'sends a gzip bomb': (_: IncomingMessage, response: ServerResponse) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end(bomb),
  'cuts a packed answer': (_: IncomingMessage, response: ServerResponse) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end(cut),
  'packs nothing': (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(502, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(),
  'answers with a page': (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>'),
  'answers 503 all the time': (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(503, { 'content-type': 'text/plain' }).end('busy'),
  redirects: (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
} satisfies Record<string, RequestListener>;

export type Fault = keyof typeof FAULTS;
