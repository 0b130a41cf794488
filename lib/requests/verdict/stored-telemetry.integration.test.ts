import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { readPool, writePool } from '@/lib/db/pool';
import { receiveExport } from '@/lib/telemetry/embedded/intake';
import { embeddedLogs, embeddedTraces } from '@/lib/telemetry/embedded/source';
import { MINUTE_MS, msToNs } from '@/lib/time/units';
import type { RequestView } from '../contract';
import { collectRequest } from '../discovery/request-collector';
import { findFailures } from '../explore/failures';
import { signatureOfRequest } from './signatures';
import { INSTRUMENTATIONS, requestOf } from './instrumentations.fixture';
import { FAULTS } from './made-up-spans.fixture';

/** What senders post, from the bytes at the intake to the sentence and to the list of failures. */

beforeAll(() => {
  process.env.DATABASE_URL = inject('databaseUrl');
  process.env.LOG_LEVEL = 'silent';
  process.env.HOSTNAME = '127.0.0.1';
});
afterAll(async () => {
  await Promise.all([readPool().end(), writePool().end()]);
});

const nowMs = Date.now();
const window = { startNs: msToNs(nowMs - 10 * MINUTE_MS), endNs: msToNs(nowMs + MINUTE_MS) };
const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const newId = () => `case-${hex(6)}`;

async function post(body: object): Promise<void> {
  const answer = await receiveExport(
    'traces',
    new Request('http://127.0.0.1/v1/traces', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  expect([answer.status, await answer.json()]).toEqual([200, {}]);
}

async function viewOf(id: string): Promise<RequestView> {
  const sources = { traces: embeddedTraces, logs: embeddedLogs, metrics: undefined };
  const options = { nowMs, searchDays: 1, keptDays: 1, window };
  return (await collectRequest(asCorrelationId(id)!, sources, options)).view;
}

const textOf = ({ verdict }: RequestView) => verdict.sentence.map(({ text }) => text).join('');

interface Posted {
  readonly service?: string;
  readonly name: string;
  readonly kind: number;
  /** Position of the span around it. */
  readonly parent?: number;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly status?: object;
  readonly thrown?: readonly [string, string];
  /** Milliseconds ago, and how long it took: null without an end. */
  readonly agoMs?: number;
  readonly tookMs?: number | null;
}

const valueOf = (value: string | number | boolean) => {
  if (typeof value === 'string') return { stringValue: value };
  return typeof value === 'number' ? { intValue: value } : { boolValue: value };
};
const attributesOf = (values: Readonly<Record<string, string | number | boolean>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value: valueOf(value) }));

/** Posts one trace. @returns its correlation id */
async function sent(...spans: Posted[]): Promise<string> {
  const id = newId();
  const traceId = hex(16);
  const spanIds = spans.map(() => hex(8));
  const wire = spans.map((span, position) => {
    const { agoMs = 5_000, tookMs = 10 } = span;
    const startNs = msToNs(nowMs - agoMs);
    const event = span.thrown && {
      name: 'exception',
      timeUnixNano: String(startNs + 1_000n),
      attributes: attributesOf({
        'exception.type': span.thrown[0],
        'exception.message': span.thrown[1],
      }),
    };
    return {
      traceId,
      spanId: spanIds[position]!,
      parentSpanId: span.parent === undefined ? undefined : spanIds[span.parent],
      name: span.name,
      kind: span.kind,
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: tookMs === null ? '0' : String(startNs + msToNs(tookMs)),
      attributes: attributesOf({ correlation_id: id, ...span.attributes }),
      status: span.status ?? {},
      events: event ? [event] : [],
    };
  });
  await post({
    resourceSpans: spans.map(({ service = 'proxy' }, position) => ({
      resource: { attributes: attributesOf({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: 'case' }, spans: [wire[position]] }],
    })),
  });
  return id;
}

test('a first span without an end is unfinished, and never a success in 0 ns', async () => {
  const id = await sent({
    service: 'ci',
    name: 'deploy',
    kind: 1,
    agoMs: 60_000,
    tookMs: null,
  });
  const view = await viewOf(id);
  expect(view.verdict.state).toBe('unknown');
  expect(textOf(view)).toBe('Unfinished: ci deploy began 1 min ago; no end was received.');
  expect(view.lanes).toMatchObject([{ state: 'unfinished' }]);
  expect(view.spans).toMatchObject([{ ended: false, outcome: 'good', failed: false }]);
});

describe('a proxy failed, and its code is in the sentence:', () => {
  const error = { code: 2 };
  test.each<[string, Posted['attributes'], object, RegExp]>([
    ['http.status_code as text', { 'http.status_code': '503' }, error, /503/],
    ['http.response.status_code as text', { 'http.response.status_code': '503' }, error, /503/],
    ['http.status_code', { 'http.status_code': 503 }, error, /503/],
    ['503 and a status unset', { 'http.response.status_code': 503 }, {}, /503/],
    ['error=true and a status unset', { error: true, 'http.status_code': '500' }, {}, /500/],
    ['error="true" alone', { error: 'true' }, {}, /failed/],
    ["Zipkin's error with a message", { error: 'refused' }, {}, /refused/],
    ['gRPC 14', { 'rpc.grpc.status_code': 14 }, error, /gRPC UNAVAILABLE/],
    ['gRPC 14 and a status unset', { 'rpc.grpc.status_code': '14' }, {}, /gRPC UNAVAILABLE/],
    ['a status by its name', {}, { code: 'STATUS_CODE_ERROR', message: 'x' }, /: x\./],
    ['a status of "2"', {}, { code: '2' }, /failed/],
    ['a status in small letters', {}, { code: 'error' }, /failed/],
  ])('%s', async (_, attributes, status, code) => {
    const view = await viewOf(
      await sent({ name: 'ingress', kind: 2, attributes: attributes!, status }),
    );
    expect(view.verdict.state).toBe('failed');
    expect(textOf(view)).toMatch(/^Failed: proxy /);
    expect(textOf(view)).toMatch(code);
    expect(view.spans).toMatchObject([{ failed: true, outcome: 'failed' }]);
  });
});

test('the exception of the deepest service is found through layers without a status', async () => {
  const code = (value: number) => ({ attributes: { 'http.response.status_code': value } });
  const failed = { status: { code: 2 } };
  const view = await viewOf(
    await sent(
      { service: 'shop', name: 'GET /buy/:sku', kind: 2, tookMs: 100, ...code(502), ...failed },
      { service: 'shop', name: 'request handler - /buy/:sku', kind: 1, parent: 0, tookMs: 97 },
      { service: 'shop', name: 'GET', kind: 3, parent: 1, tookMs: 94, ...code(500), ...failed },
      {
        service: 'stock',
        name: 'GET /stock/{sku}',
        kind: 2,
        parent: 2,
        tookMs: 91,
        thrown: ['java.lang.IllegalStateException', 'no shelf for A-1'],
        ...code(500),
        ...failed,
      },
    ),
  );
  expect(textOf(view)).toBe(
    'Failed: shop answered 502 because stock GET /stock/{sku} threw ' +
      'java.lang.IllegalStateException: no shelf for A-1.',
  );
  expect(view.verdict.signature).toBe('stock · GET /stock/{sku} · java.lang.IllegalStateException');
});

test('messages of ASGI are neither culprit nor attempt', async () => {
  const code = { 'http.status_code': 500 };
  const name = 'GET /offer/{sku}';
  const send = { service: 'offers', name: `${name} http send`, kind: 1, parent: 0, tookMs: 1 };
  const view = await viewOf(
    await sent(
      {
        service: 'offers',
        name,
        kind: 2,
        tookMs: 100,
        attributes: code,
        status: { code: 2 },
        thrown: ['ValueError', 'no such sku'],
      },
      {
        ...send,
        agoMs: 4_990,
        attributes: { ...code, 'asgi.event.type': 'http.response.start' },
        status: { code: 2 },
      },
      { ...send, agoMs: 4_980, attributes: { 'asgi.event.type': 'http.response.body' } },
    ),
  );
  expect(textOf(view)).toBe(
    'Failed: offers answered 500 because GET /offer/{sku} threw ValueError: no such sku.',
  );
  expect(view.verdict.attempts).toBe(1);
  expect(view.annotations.filter(({ kind }) => kind === 'attempts')).toEqual([]);
});

test('a panic is said, although its server reports no status', async () => {
  const view = await viewOf(
    await sent({
      service: 'pricing',
      name: 'GET',
      kind: 2,
      attributes: { 'http.request.method': 'GET' },
      thrown: ['.string', 'nil price'],
    }),
  );
  expect(textOf(view)).toBe('Failed: pricing failed because GET panicked: nil price.');
});

test('a message that nobody took yet makes it so far, not a success', async () => {
  const view = await viewOf(
    await sent(
      { service: 'checkout', name: 'POST /orders', kind: 2, agoMs: 13_000, tookMs: 50 },
      {
        service: 'checkout',
        name: 'send orders',
        kind: 4,
        parent: 0,
        agoMs: 13_000,
        tookMs: 5,
        attributes: { 'messaging.destination.name': 'orders' },
      },
    ),
  );
  expect(view.verdict.state).toBe('unknown');
  expect(textOf(view)).toMatch(
    /^So far: checkout POST \/orders took 50 ms; waiting for a consumer to take send orders from queue orders, sent 1[23](\.\d+)? s ago\.$/,
  );
});

test('home and the request page name each failure the same, in every shape', async () => {
  const recorded = INSTRUMENTATIONS.flatMap(({ name, expected }) =>
    FAULTS.map((fault) => ({ name, fault, kind: expected[fault].kind, id: newId() })),
  );
  for (const { name, fault, id } of recorded) await post(asNow(requestOf(name, fault), id));
  const { data, partial } = await findFailures(embeddedTraces, { window }, {});
  expect(partial).toEqual([]);
  const listed = new Map(data.requests.map((request) => [request.correlationId, request]));
  const groups = new Set(data.signatures.map(({ signature }) => signature));
  for (const { name, fault, kind, id } of recorded) {
    const { verdict } = await viewOf(id);
    const shape = `${name} ${fault}`;
    expect([shape, listed.has(asCorrelationId(id)!)]).toEqual([shape, kind !== undefined]);
    if (kind === undefined) continue;
    expect([shape, verdict.state, groups.has(verdict.signature!)]).toEqual([shape, 'failed', true]);
    expect(signatureOfRequest(listed.get(asCorrelationId(id)!)!)).toBe(verdict.signature);
  }
});

/** The recorded request as if it were sent just now, under another id and as another trace. */
function asNow(resourceSpans: object, id: string): object {
  const traceId = hex(16);
  const text = JSON.stringify(resourceSpans);
  const times = [...text.matchAll(/"\w+UnixNano":"(\d+)"/g)].map(([, time]) => BigInt(time!));
  const first = times.reduce((least, time) => (time < least ? time : least));
  const shift = msToNs(nowMs - 60_000) - first;
  const moved = text
    .replace(
      /("\w+UnixNano":)"(\d+)"/g,
      (_, key: string, time: string) => `${key}"${BigInt(time) + shift}"`,
    )
    .replace(/"traceId":"\w+"/g, `"traceId":"${traceId}"`)
    .replace(/("key":"correlation_id","value":\{"stringValue":)"[^"]+"/g, `$1"${id}"`);
  return { resourceSpans: JSON.parse(moved) as unknown };
}
