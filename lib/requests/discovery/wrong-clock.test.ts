import { expect, test, vi } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { listening } from '@/lib/http/listening.fixture';
import { lokiSource } from '@/lib/telemetry/loki/source';
import { encodeSpans } from '@/lib/telemetry/otlp/encode';
import { tempoSource } from '@/lib/telemetry/tempo/source';
import { epochNs, nsToMs } from '@/lib/time/units';
import { requestView } from '../contract';
import { span } from '../correlation/spans.fixture';
import { collectRequest } from './request-collector';
import { memorySources } from './sources.fixture';

vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1/unused');
vi.stubEnv('LOG_LEVEL', 'silent');
vi.stubEnv('HOSTNAME', '127.0.0.1');

const id = asCorrelationId('order-2026-1122')!;
const carried = { attributes: { correlation_id: id } };
const root = span(1, undefined, 0, 50, { name: 'GET /', kind: 'server', ...carried });
const query = span(2, 1, 1, 30, { name: 'db query', ...carried });
const nowMs = nsToMs(root.startNs) + 120_000;
/** Loki's default for `max_query_length`. */
const LONGEST_NS = 721n * 3_600_000_000_000n;

/** A Tempo and a Loki that hold this trace; every call is written down. */
async function backendWith(spans: ReturnType<typeof span>[]) {
  const calls: { path: string; startNs: bigint; endNs: bigint }[] = [];
  const server = await listening((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const url = new URL(request.url!, 'http://localhost');
      const form = new URLSearchParams(body);
      const [startNs, endNs] = [BigInt(form.get('start') ?? 0), BigInt(form.get('end') ?? 0)];
      calls.push({ path: url.pathname, startNs, endNs });
      const send = (status: number, answer: unknown) =>
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer));
      if (url.pathname === '/api/search')
        return send(200, {
          traces: [
            {
              traceID: root.traceId,
              rootServiceName: 'shop',
              rootTraceName: 'GET /',
              startTimeUnixNano: String(root.startNs),
              durationMs: 50,
            },
          ],
          metrics: {},
        });
      if (url.pathname.startsWith('/api/v2/traces/'))
        return send(200, { trace: encodeSpans(spans) });
      if (endNs - startNs > LONGEST_NS) return send(400, 'the query time range exceeds the limit');
      return send(200, { status: 'success', data: { resultType: 'streams', result: [] } });
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
  ['a start in milliseconds', root.startNs / 1_000_000n, 20n, 'wrong_unit'],
  ['a clock that was never set', 1n, 20n, 'too_early'],
  ['a start years ahead', root.startNs * 2n, 20n, 'in_future'],
  ['a length of years', root.startNs, root.startNs, 'too_long'],
  [
    'a start days before its parent',
    root.startNs - 86_400_000_000_000n * 5n,
    20n,
    'far_from_trace',
  ],
])('%s costs its span its place, and nothing else', async (_, startNs, lengthNs, reason) => {
  const wild = {
    ...span(3, 1, 0, 0, { name: 'read sensor', service: 'sensor', ...carried }),
    startNs: epochNs(startNs),
    endNs: epochNs(startNs + lengthNs),
  };
  const { calls, sources, close } = await backendWith([root, query, wild]);
  const { view } = await collectRequest(id, sources, { nowMs, searchDays: 7, keptDays: 3 });
  await close();
  // The axis and every window are those of the spans whose times can be true.
  expect(view.window).toMatchObject({ durationNs: 50e6 });
  const ofTraces = calls.filter(({ path, startNs: from }) => path.includes('query_range') && from);
  const earliest = root.startNs - 86_400_000_000_000n * 8n;
  expect(ofTraces.every((call) => call.startNs > earliest)).toBe(true);
  expect(ofTraces.every((call) => call.endNs - call.startNs < LONGEST_NS)).toBe(true);
  expect(calls.length).toBeLessThan(25);
  // It is listed below its parent, and said.
  const row = view.spans.find(({ service }) => service === 'sensor')!;
  expect(row).toMatchObject({
    parent: `${root.traceId}.${root.spanId}`,
    durationNs: 0,
    implausible: { reason },
  });
  expect(row.startOffsetNs).toBeGreaterThanOrEqual(0);
  expect(view.annotations).toContainEqual(
    expect.objectContaining({ kind: 'implausible-time', reason, service: 'sensor', spanCount: 1 }),
  );
  expect(view.annotations.filter(({ kind }) => kind === 'occurrence')).toEqual([]);
  expect(view.ledger[0]).toMatchObject({
    state: 'ok',
    reasons: [{ code: 'implausible_times', rows: 'spans', count: 1 }],
  });
  expect(() => requestView.parse(view)).not.toThrow();
});
