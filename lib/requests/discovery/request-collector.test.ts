import { expect, test, vi } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { mintCorrelationId } from '@/lib/correlation-id/propagation';
import { OutboundError } from '@/lib/http/outbound-error';
import type { TraceSource } from '@/lib/telemetry/model';
import { nsToMs } from '@/lib/time/units';
import { collectRequest } from './request-collector';
import { memorySources } from './sources.fixture';
import { line, span } from '../correlation/spans.fixture';
import type { RequestView } from '../contract';

// What a view can do without is logged when it fails, and the log reads its level from here.
vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1/unused');
vi.stubEnv('LOG_LEVEL', 'silent');
vi.stubEnv('HOSTNAME', '127.0.0.1');

const id = asCorrelationId('order-2026-1122')!;
const now = nsToMs(span(1, undefined, 0, 0).startNs) + 120_000;

const carried = { attributes: { correlation_id: id } };
const options = { nowMs: now, searchDays: 7, keptDays: 3 };

test('one id gives every trace: by attribute, over logs, and along links', async () => {
  const linked = span(30, undefined, 200, 210, { trace: 3 });
  const backend = memorySources(
    [
      span(1, undefined, 0, 10, { trace: 1, ...carried }),
      span(20, undefined, 100, 110, { trace: 2 }),
      span(2, 1, 2, 3, {
        trace: 1,
        ...carried,
        links: [{ traceId: linked.traceId, spanId: linked.spanId, attributes: {} }],
      }),
      linked,
    ],
    [
      line(1, 105, { trace: 2, correlationId: id }),
      line(2, 106, { trace: 2 }),
      line(3, 5, { trace: 1, span: 1 }),
    ],
  );
  const { view } = await collectRequest(id, backend, options);
  expect(view.lanes).toHaveLength(3);
  expect(view.logs.map((log) => log.id)).toEqual(['3', '1', '2']);
  expect(view.ledger.map((entry) => [entry.signal, entry.state, entry.rows])).toEqual([
    ['traces', 'ok', 4],
    ['logs', 'ok', 3],
    ['metrics', 'ok', 6],
  ]);
  expect(backend.asked.filter((each) => each.startsWith('fetch')).sort()).toEqual([
    'fetch 1',
    'fetch 2',
    'fetch 3',
  ]);
});

test('the search goes on after the first hit, to earlier attempts', async () => {
  const backend = memorySources(
    [
      span(1, undefined, 0, 10, { trace: 1, name: 'GET /', ...carried }),
      span(2, undefined, -3 * 86_400_000, -3 * 86_400_000 + 10, {
        trace: 2,
        name: 'GET /',
        status: 'error',
        ...carried,
      }),
    ],
    [],
  );
  const { view } = await collectRequest(id, backend, options);
  expect(view.lanes.map((lane) => lane.attempt)).toEqual([
    { number: 1, of: 2 },
    { number: 2, of: 2 },
  ]);
  expect(view.annotations.filter((note) => note.kind === 'occurrence')).toHaveLength(2);
  expect(view.ledger[0]!.window!.from < new Date(now - 6.9 * 86_400_000).toISOString()).toBe(true);
});

test('two services that share a span id are both on the page, and it is said', async () => {
  const backend = memorySources(
    [
      span(1, undefined, 0, 90, { service: 'edge', kind: 'server', ...carried }),
      span(2, 1, 5, 40, { service: 'reviews', kind: 'server', status: 'error' }),
      span(2, 1, 10, 60, { service: 'ratings', kind: 'server' }),
      span(3, 2, 12, 20, { service: 'stock', kind: 'server' }),
    ],
    [],
  );
  const { view } = await collectRequest(id, backend, options);
  expect(view.spans.map(({ service, failed }) => `${service} ${failed}`)).toEqual([
    'edge false',
    'reviews true',
    'stock false',
    'ratings false',
  ]);
  expect(new Set(view.spans.map((row) => row.id)).size).toBe(4);
  expect(view.annotations).toContainEqual({ kind: 'shared-span-ids', spans: 1, doubtful: 1 });
});

test('client and server of one call that share an id are nothing to speak of', async () => {
  const backend = memorySources(
    [
      span(1, undefined, 0, 90, { service: 'edge', kind: 'client', ...carried }),
      span(1, undefined, 0, 90, { service: 'orders', kind: 'server' }),
    ],
    [],
  );
  const { view } = await collectRequest(id, backend, options);
  expect(view.spans.map((row) => [row.service, row.parent === null])).toEqual([
    ['edge', true],
    ['orders', false],
  ]);
  expect(view.annotations.map((note) => note.kind)).toEqual(['changes']);
});

test('an id that carries its time is looked for there first', async () => {
  const timed = asCorrelationId(mintCorrelationId(now - 5 * 86_400_000))!;
  const backend = memorySources(
    [
      span(1, undefined, -5 * 86_400_000 - 120_000, -5 * 86_400_000 - 119_000, {
        attributes: { correlation_id: timed },
      }),
    ],
    [],
  );
  let first = '';
  const find = backend.traces.find.bind(backend.traces);
  backend.traces.find = (wanted, window, call) => {
    first ||= new Date(nsToMs(window.startNs)).toISOString().slice(0, 10);
    return find(wanted, window, call);
  };
  const { view } = await collectRequest(timed, backend, options);
  expect(view.spanCount).toBe(1);
  expect(first).toBe(new Date(now - 5 * 86_400_000).toISOString().slice(0, 10));
});

test.each([
  ['traces', 'Tempo'],
  ['logs', 'Loki'],
  ['metrics', 'Prometheus'],
] as const)('when %s fail, only their part says so', async (signal, name) => {
  const backend = memorySources(
    [span(1, undefined, 0, 10, carried)],
    [line(1, 5, { correlationId: id })],
  );
  const refuse = () => Promise.reject(new OutboundError('unavailable', 'connection refused'));
  if (signal === 'traces') Object.assign(backend.traces, { find: refuse, fetch: refuse });
  if (signal === 'logs') Object.assign(backend.logs, { byCorrelationId: refuse, byTrace: refuse });
  if (signal === 'metrics') Object.assign(backend.metrics, { instant: refuse, range: refuse });
  const { view } = await collectRequest(id, backend, options);
  const states = Object.fromEntries(view.ledger.map((entry) => [entry.signal, entry.state]));
  expect(states[signal]).toBe('failed');
  expect(view.ledger.find((entry) => entry.signal === signal)!.reasons[0]).toMatchObject({
    code: 'source_failed',
    answered: 0,
    source: name,
    failure: 'unavailable',
    detail: 'connection refused',
    sentence: `${name} cannot be reached: connection refused`,
  });
  if (signal !== 'traces') expect([states.traces, view.spanCount]).toEqual(['ok', 1]);
  if (signal !== 'logs') expect([states.logs, view.logCount]).toEqual(['ok', 1]);
});

test('parts arrive before the whole, and the last is the whole', async () => {
  const backend = memorySources([span(1, undefined, 0, 10, carried)], []);
  backend.logs.byCorrelationId = () =>
    new Promise((resolve) => setTimeout(() => resolve({ data: [], partial: [] }), 120));
  const parts: RequestView[] = [];
  const { view } = await collectRequest(id, backend, {
    ...options,
    emit: (part) => parts.push(part.view),
  });
  expect(parts[0]).toMatchObject({ complete: false, spanCount: 1, verdict: { provisional: true } });
  expect(parts.at(-1)).toEqual(view);
  expect(view.complete).toBe(true);
});

test('nothing found is an honest empty view', async () => {
  const { view } = await collectRequest(id, memorySources([], []), options);
  expect(view).toMatchObject({ window: null, spanCount: 0, complete: true });
  expect(view.ledger.map((entry) => entry.state)).toEqual(['empty', 'empty', 'skipped']);
});

test('a chosen window shows only what lies in it', async () => {
  const backend = memorySources(
    [
      span(1, undefined, 0, 10, { trace: 1, ...carried }),
      span(2, undefined, 60_000, 60_010, { trace: 2, ...carried }),
    ],
    [],
  );
  const first = span(1, undefined, 0, 10);
  const { view } = await collectRequest(id, backend, {
    ...options,
    window: { startNs: first.startNs, endNs: first.endNs },
  });
  expect(view.lanes).toHaveLength(1);
});

test('found by another of its ids, a request brings what carries its correlation id too', async () => {
  const other = asCorrelationId('the-correlation-id')!;
  const backend = memorySources(
    [
      span(1, undefined, 0, 10, { trace: 1, attributes: { correlation_id: other } }),
      span(2, undefined, 50, 60, { trace: 2, attributes: { correlation_id: other } }),
    ],
    [line(1, 5, { correlationId: other })],
  );
  const found = {
    traceId: span(1, undefined, 0, 10, { trace: 1 }).traceId,
    startNs: span(1, undefined, 0, 10).startNs,
    endNs: span(1, undefined, 0, 10).endNs,
  };
  const { find } = backend.traces;
  const traces: TraceSource = {
    ...backend.traces,
    find: async (wanted, window, call) =>
      wanted === id ? { data: [found], partial: [] } : find(wanted, window, call),
  };
  const { view } = await collectRequest(id, { ...backend, traces }, options);
  expect(view.lanes).toHaveLength(2);
  expect(view.logs.map((log) => log.id)).toEqual(['1']);
});

test('a linked trace is another request: what else carries its id is not followed', async () => {
  const other = { attributes: { correlation_id: 'the-other-request' } };
  const linked = span(30, undefined, 200, 210, { trace: 3, ...other });
  const backend = memorySources(
    [
      span(1, undefined, 0, 10, {
        trace: 1,
        ...carried,
        links: [{ traceId: linked.traceId, spanId: linked.spanId, attributes: {} }],
      }),
      linked,
      span(40, undefined, 9_000, 9_010, { trace: 4, status: 'error', ...other }),
    ],
    [],
  );
  const { view } = await collectRequest(id, backend, options);
  expect(view.lanes.map((lane) => Number.parseInt(lane.id, 16))).toEqual([1, 3]);
  expect(view.verdict.state).toBe('succeeded');
});

test('a source that was quick is asked for its whole reach at once, one that failed is not', async () => {
  const backend = memorySources([span(1, undefined, 0, 10, { trace: 1, ...carried })], []);
  const finds = async () => {
    backend.asked.length = 0;
    await collectRequest(id, backend, options);
    return backend.asked.filter((call) => call === 'find').length;
  };
  expect(await finds()).toBe(5);
  expect(await finds()).toBe(2);
  await collectRequest(id, backend, {
    ...options,
    window: { startNs: span(1, undefined, 0, 0).startNs, endNs: span(1, undefined, 5, 5).startNs },
  });
  const find = backend.traces.find;
  backend.traces.find = async () => {
    throw new OutboundError('timeout', 'slow');
  };
  await collectRequest(id, backend, options);
  backend.traces.find = find;
  expect(await finds()).toBe(5);
});

test('what is as new as the traces source is blind for is said to be not searchable yet', async () => {
  const backend = memorySources([], [line(1, 0, { correlationId: id })]);
  const soon = await collectRequest(id, backend, { ...options, nowMs: now - 110_000 });
  expect(soon.view.ledger[0]).toMatchObject({
    reasons: [
      {
        code: 'not_searchable_yet',
        lagSeconds: 30,
        sentence: 'not searchable yet: Tempo finds spans about 30 s after they came',
      },
    ],
  });
  const later = await collectRequest(id, backend, options);
  expect(later.view.ledger[0]!.reasons).toEqual([]);
});
