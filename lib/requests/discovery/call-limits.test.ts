import { expect, test, vi } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { listening } from '@/lib/http/listening.fixture';
import { lokiSource } from '@/lib/telemetry/loki/source';
import { encodeSpans } from '@/lib/telemetry/otlp/encode';
import { tempoSource } from '@/lib/telemetry/tempo/source';
import { nsToMs } from '@/lib/time/units';
import { line, span } from '../correlation/spans.fixture';
import { collectRequest } from './request-collector';
import { memorySources } from './sources.fixture';

vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1/unused');
vi.stubEnv('LOG_LEVEL', 'silent');
vi.stubEnv('HOSTNAME', '127.0.0.1');

const id = asCorrelationId('order-2026-1122')!;
const carried = { attributes: { correlation_id: id } };
const root = span(1, undefined, 0, 10);
const options = { nowMs: nsToMs(root.startNs) + 120_000, searchDays: 7, keptDays: 3 };
const traceIdOf = (trace: number) => span(1, undefined, 0, 0, { trace }).traceId;
const traceAt = (trace: number, startMs = trace) =>
  span(1, undefined, startMs, startMs + 10, { trace, ...(trace === 1 ? carried : {}) });

/** Backends of which every trace, and every answer about lines, names traces that are new. */
async function endlessBackends(newTraces: number) {
  const calls = { traces: 0, logs: 0 };
  let known = 1;
  const server = await listening((request, response) => {
    request.resume().on('end', () => {
      const send = (answer: unknown) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      const traceId = /^\/api\/v2\/traces\/(.+)$/.exec(request.url!)?.[1];
      if (request.url!.startsWith('/api/')) calls.traces += 1;
      else calls.logs += 1;
      if (traceId) return send({ trace: encodeSpans([traceAt(Number.parseInt(traceId, 16))]) });
      if (request.url!.startsWith('/api/')) return send({ traces: [], metrics: {} });
      const values = Array.from({ length: newTraces }, () => {
        known += 1;
        const metadata = { structuredMetadata: { trace_id: traceIdOf(known) } };
        return [String(root.startNs + BigInt(known)), `line ${known}`, metadata];
      });
      const result = [{ stream: { service_name: 'shop' }, values }];
      return send({ status: 'success', data: { resultType: 'streams', result } });
    });
  });
  const backend = { base: server.url };
  const sources = {
    ...memorySources([], []),
    traces: tempoSource(backend),
    logs: lokiSource(backend, { streamLabel: 'service_name', lookupAttributes: [] }),
  };
  return { calls, sources, close: server.close };
}

test.each([
  ['one by one', 1],
  ['a hundred at once', 100],
])(
  'lines that name new traces for ever, %s, end at a limit that is said',
  async (_, newTraces) => {
    const { calls, sources, close } = await endlessBackends(newTraces);
    const { view } = await collectRequest(id, sources, options);
    await close();
    expect(view.complete).toBe(true);
    expect(calls.traces).toBeLessThanOrEqual(700);
    expect(calls.logs).toBeLessThanOrEqual(300);
    const reasons = view.ledger.flatMap((entry) => entry.reasons);
    const limits = reasons.filter(({ code }) => code === 'calls_limit' || code === 'traces_limit');
    expect(limits.length).toBeGreaterThan(0);
    expect(view.ledger.some(({ state }) => state === 'failed')).toBe(false);
  },
  20_000,
);

test('the limit of calls is said once, with its number, and what came before it is kept', async () => {
  const { calls, sources, close } = await endlessBackends(1);
  const { view } = await collectRequest(id, sources, options);
  await close();
  const logs = view.ledger.find(({ signal }) => signal === 'logs')!;
  expect(calls.logs).toBeLessThanOrEqual(300);
  expect(logs).toMatchObject({
    state: 'partial',
    reasons: [
      {
        code: 'calls_limit',
        source: 'Loki',
        limit: 300,
        sentence: 'Loki was not asked more than 300 times',
      },
    ],
  });
  expect(view.logCount).toBeGreaterThan(100);
}, 20_000);

test('of a thousand traces that lines name, five hundred are read', async () => {
  const traces = Array.from({ length: 1_000 }, (_, index) => index + 1);
  const sources = memorySources(
    traces.map((trace) => traceAt(trace, 0)),
    traces.map((trace) => line(trace, 1, { trace, correlationId: id })),
  );
  const { view } = await collectRequest(
    id,
    { ...sources, traces: { ...sources.traces, find: async () => ({ data: [], partial: [] }) } },
    options,
  );
  expect(sources.asked).toHaveLength(500);
  expect(view.ledger[0]!.reasons).toContainEqual(
    expect.objectContaining({ code: 'traces_limit', limit: 500 }),
  );
});

test('a chain of links is followed for twenty traces', async () => {
  const chain = Array.from({ length: 40 }, (_, at) => ({
    ...traceAt(at + 1),
    links: [{ traceId: traceIdOf(at + 2), spanId: root.spanId, attributes: {} }],
  }));
  const { view } = await collectRequest(id, memorySources(chain, []), options);
  expect(view.lanes).toHaveLength(21);
  expect(view.ledger[0]!.reasons).toMatchObject([{ code: 'linked_traces_limit', limit: 20 }]);
});

test('the context of a request that grows is asked for a few times, not for each trace', async () => {
  const { sources, close } = await endlessBackends(1);
  let asked = 0;
  const { range } = sources.metrics;
  sources.metrics.range = (...call) => {
    asked += 1;
    return range(...call);
  };
  await collectRequest(id, sources, options);
  await close();
  expect(asked).toBeLessThanOrEqual(5 * 6);
}, 20_000);
