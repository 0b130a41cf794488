import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { readPool, writePool } from '@/lib/db/pool';
import { groupBySignature } from '@/lib/requests/verdict/signatures';
import { epochNs, MINUTE_MS, msToNs } from '@/lib/time/units';
import { outcomeOf } from '../conventions';
import type { Attributes, Span } from '../model';
import { embeddedTraces } from './source';
import { writeSpans } from './write';

const NOW = Date.now() - 10 * MINUTE_MS;
let traces = 0;

beforeAll(() => {
  process.env.DATABASE_URL = inject('databaseUrl');
  process.env.LOG_LEVEL = 'silent';
  process.env.HOSTNAME = '127.0.0.1';
});
afterAll(async () => {
  await Promise.all([readPool().end(), writePool().end()]);
});

interface Shape {
  readonly parent?: number;
  readonly kind?: Span['kind'];
  readonly service?: string;
  readonly status?: Span['status'];
  readonly attributes?: Attributes;
  readonly throws?: string;
  readonly ended?: boolean;
}
const failing = { status: 'error' } as const;
const server = { kind: 'server' } as const;

/** One trace; the parent of a span is told by its place, the one before unless told otherwise. */
function trace(atMs: number, shapes: readonly (Shape & { readonly name: string })[]): Span[] {
  traces += 1;
  const traceId = (0x13_0000_0000 + traces).toString(16).padStart(32, '0') as TraceId;
  const spanId = (place: number) => (place + 1).toString(16).padStart(16, '0') as SpanId;
  return shapes.map(({ name, throws, ...shape }, place) => {
    const parent = shape.parent ?? place - 1;
    const evidence = {
      kind: shape.kind ?? 'internal',
      status: shape.status ?? 'unset',
      attributes: shape.attributes ?? {},
      events: throws
        ? [{ name: 'exception', timeNs: msToNs(atMs), attributes: { 'exception.type': throws } }]
        : [],
    };
    return {
      ...evidence,
      traceId,
      spanId: spanId(place),
      parentSpanId: parent < 0 ? undefined : spanId(parent),
      name,
      startNs: epochNs(msToNs(atMs) + BigInt(place)),
      endNs: epochNs(msToNs(atMs) + BigInt(place) + 1_000_000n),
      ended: shape.ended ?? true,
      outcome: outcomeOf(evidence),
      statusMessage: '',
      service: shape.service ?? 'shop',
      resource: {},
      scope: '',
      links: [],
    };
  });
}

/** A window of its own for each test, and what failed in it. */
let windows = 0;
function place() {
  windows += 1;
  const fromMs = NOW - windows * 5 * MINUTE_MS;
  const window = { startNs: msToNs(fromMs), endNs: msToNs(fromMs + 5 * MINUTE_MS) };
  return {
    fromMs,
    window,
    async failures(limit = 5_000) {
      const { data, partial } = await embeddedTraces.failures({ window, limit }, {});
      const counts = groupBySignature(data.requests, window).map(
        ({ signature, count }) => [signature, count] as const,
      );
      return { ...data, counts: Object.fromEntries(counts), partial };
    },
    async listed(state: 'failed' | 'succeeded' | 'all') {
      const { data } = await embeddedTraces.recent({ state, window, limit: 100 }, {});
      return data.roots.map(({ name }) => name);
    },
  };
}

describe('at volume', () => {
  test('500 requests with 13 failed spans each have the culprit of their page, every one', async () => {
    const { fromMs, failures } = place();
    const retries = Array.from({ length: 10 }, (_, attempt) => ({
      name: `query ${attempt}`,
      kind: 'client' as const,
      parent: 2,
      ...failing,
    }));
    const spans = Array.from({ length: 500 }, (_, index) =>
      trace(fromMs + index * 500, [
        { name: 'POST /buy', ...server, ...failing, service: 'edge' },
        { name: 'handler' },
        { name: 'reserve', ...server, ...failing, service: 'stock' },
        ...retries,
        { name: 'read', parent: 2, ...failing, throws: 'KeyError', service: 'stock' },
      ]),
    );
    await writeSpans(spans.flat());
    const { counts, failedTotal, total, partial } = await failures();
    expect(counts).toEqual({ 'stock · read · KeyError': 500 });
    expect({ failedTotal, total, partial }).toEqual({ failedTotal: 500, total: 500, partial: [] });
  });

  test('1,000 failing requests of three kinds in five minutes are counted exactly', async () => {
    const { fromMs, failures } = place();
    const kinds = ['KeyError', 'Timeout', 'Refused'];
    const spans = Array.from({ length: 1_000 }, (_, index) =>
      trace(fromMs + index * 290, [
        { name: 'POST /buy', ...server, ...failing, service: 'edge' },
        { name: 'unset' },
        {
          name: 'charge',
          ...server,
          ...failing,
          throws: kinds[[0, 0, 0, 1, 1, 1, 1, 1, 1, 2][index % 10]!]!,
        },
      ]),
    );
    await writeSpans(spans.flat());
    const { counts, requests, partial } = await failures();
    expect(counts).toEqual({
      'shop · charge · KeyError': 300,
      'shop · charge · Timeout': 600,
      'shop · charge · Refused': 100,
    });
    expect(requests).toHaveLength(1_000);
    expect(partial).toEqual([]);
  });

  test('beyond the limit rare operations stay, and of how many the counts are is said', async () => {
    const { fromMs, failures } = place();
    const storm = Array.from({ length: 60 }, (_, index) =>
      trace(fromMs + 1_000 + index, [{ name: 'storm', ...server, ...failing, throws: 'Storm' }]),
    );
    const rare = trace(fromMs, [{ name: 'rare', ...server, ...failing, throws: 'Rare' }]);
    await writeSpans([...storm.flat(), ...rare]);
    const { counts, failedTotal, partial } = await failures(20);
    expect(counts).toEqual({ 'shop · storm · Storm': 19, 'shop · rare · Rare': 1 });
    expect(failedTotal).toBe(61);
    expect(partial).toMatchObject([{ code: 'failures_sampled', read: 20, of: 61 }]);
  });
});

describe('the culprit', () => {
  test('is found through healthy spans without an outcome, and not below a healthy server', async () => {
    const { fromMs, failures } = place();
    await writeSpans([
      ...trace(fromMs, [
        { name: 'through', ...server, ...failing },
        { name: 'layer', attributes: { 'express.type': 'middleware' } },
        { name: 'work' },
        { name: 'call', kind: 'client' },
        { name: 'deep', ...server, ...failing, service: 'stock', throws: 'Deep' },
      ]),
      ...trace(fromMs + 1, [
        { name: 'stopped', ...server, ...failing },
        { name: 'call', kind: 'client' },
        { name: 'cache', ...server, service: 'cache' },
        { name: 'disk', ...server, ...failing, service: 'disk', throws: 'Full' },
      ]),
      ...trace(fromMs + 2, [
        { name: 'answered', ...server, ...failing },
        { name: 'call', kind: 'client', attributes: { 'http.status_code': 200 } },
        { name: 'disk', ...server, ...failing, service: 'disk', throws: 'Full' },
      ]),
    ]);
    expect((await failures()).counts).toEqual({
      'stock · deep · Deep': 1,
      'shop · stopped · error': 1,
      'shop · answered · error': 1,
    });
  });

  test('is the exception in a layer of the operation', async () => {
    const { fromMs, failures } = place();
    await writeSpans(
      trace(fromMs, [
        { name: 'GET /cart', ...server, ...failing },
        { name: 'middleware', attributes: { 'express.type': 'middleware' } },
        { name: 'handler', attributes: { 'express.type': 'handler' }, throws: 'TypeError' },
      ]),
    );
    expect((await failures()).counts).toEqual({ 'shop · GET /cart · TypeError': 1 });
  });
});

describe('one request', () => {
  const id = (value: string) => ({ attributes: { correlation_id: value } });

  test('is counted once, however often it failed', async () => {
    const { fromMs, failures, listed } = place();
    const attempt = (atMs: number) =>
      trace(atMs, [{ name: 'GET /a', ...server, ...failing, throws: 'E', ...id('failed-twice') }]);
    await writeSpans([...attempt(fromMs), ...attempt(fromMs + 1_000)]);
    const { counts, requests, total } = await failures();
    expect(counts).toEqual({ 'shop · GET /a · E': 1 });
    expect(requests[0]!.startNs).toBe(msToNs(fromMs + 1_000));
    expect(total).toBe(1);
    expect(await listed('all')).toEqual(['GET /a']);
  });

  test('that succeeded at the second attempt has not failed', async () => {
    const { fromMs, failures, listed } = place();
    await writeSpans([
      ...trace(fromMs, [{ name: 'GET /b', ...server, ...failing, ...id('tried-again') }]),
      ...trace(fromMs + 1_000, [{ name: 'GET /b', ...server, ...id('tried-again') }]),
    ]);
    expect((await failures()).failedTotal).toBe(0);
    expect(await listed('succeeded')).toEqual(['GET /b']);
  });

  test('whose worker failed has failed by it, also when the message was taken twice', async () => {
    const { fromMs, failures, listed } = place();
    const taken = { name: 'orders process', kind: 'consumer', service: 'worker' } as const;
    await writeSpans([
      ...trace(fromMs, [{ name: 'POST /order', ...server, ...id('with-a-worker') }]),
      ...trace(fromMs + 500, [{ ...taken, ...failing, throws: 'Poison', ...id('with-a-worker') }]),
      ...trace(fromMs + 900, [{ ...taken, ...id('with-a-worker') }]),
    ]);
    expect((await failures()).counts).toEqual({ 'worker · orders process · Poison': 1 });
    expect(await listed('succeeded')).toEqual([]);
  });

  test('is found by a span of any of its traces', async () => {
    const { fromMs, window } = place();
    await writeSpans([
      ...trace(fromMs, [{ name: 'POST /order', ...server, ...failing, ...id('two-traces') }]),
      ...trace(fromMs + 500, [
        { name: 'orders process', kind: 'consumer', service: 'worker', ...id('two-traces') },
        { name: 'store', service: 'ledger' },
      ]),
    ]);
    const spanFilter = { service: 'ledger' };
    const { data } = await embeddedTraces.failures({ window, spanFilter, limit: 10 }, {});
    expect(data.requests.map(({ name }) => name)).toEqual(['POST /order']);
  });
});

test('neither an exception nor a missing end is a success', async () => {
  const { fromMs, listed, window } = place();
  await writeSpans([
    ...trace(fromMs, [{ name: 'open', ...server, ended: false }]),
    ...trace(fromMs + 1, [{ name: 'threw', kind: 'client', throws: 'E' }]),
    ...trace(fromMs + 2, [{ name: 'fine', ...server }]),
  ]);
  expect(await listed('succeeded')).toEqual(['fine']);
  expect(await listed('failed')).toEqual([]);
  const { data } = await embeddedTraces.recent({ state: 'all', window, limit: 10 }, {});
  expect(data.roots.map(({ outcome, ended }) => [outcome, ended])).toEqual([
    ['good', true],
    ['exception', true],
    ['good', false],
  ]);
});
