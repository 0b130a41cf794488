import { afterEach, expect, test } from 'vitest';
import { asCorrelationId } from '@/lib/correlation/grammar';
import { epochNs } from '@/lib/time/units';
import { replay, type Asked } from '../replay.fixture';
import { lokiSource } from './source';

const folder = `${import.meta.dirname}/fixtures`;
const id = asCorrelationId('c-7f3a91d2-0b64-4e8c-9d15-6a2f3c8b7e40')!;
const window = { startNs: epochNs(1795347516_585_123_457n), endNs: epochNs(1795348116_585_123_457n) };
let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function loki(answer: (asked: Asked) => string | undefined) {
  const server = await replay(folder, answer);
  close = server.close;
  return { source: lokiSource(server.url), asked: server.asked };
}

const byMetadata = (asked: Asked) => asked.form.get('query')!.includes('| correlation_id=');

test('structured metadata and line text are both asked, and the line both find is kept once', async () => {
  const { source, asked } = await loki((call) => (byMetadata(call) ? 'query-range-structured-metadata-categorized' : 'query-range-structured-metadata'));
  const { data } = await source.byCorrelationId(id, window, {});
  expect(asked).toHaveLength(2);
  expect(asked.every((call) => call.headers['x-loki-response-encoding-flags'] === 'categorize-labels')).toBe(true);
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({ timeNs: 1795347816655123457n, body: 'card authorised (structured metadata)', service: 'payments', level: 'info', correlationId: id, spanId: '39435f0f47f9458d' });
});

test('fields inside a JSON line give level, ids and message', async () => {
  const { source } = await loki((call) => (byMetadata(call) ? 'query-range-empty' : 'query-range-line-filter'));
  const { data } = await source.byCorrelationId(id, window, {});
  expect(data.length).toBeGreaterThan(5);
  expect(data.find((line) => line.body === 'token verified')).toMatchObject({ level: 'debug', correlationId: id, traceId: 'bc5f07d44274af68d22964b80b36a92c' });
  expect(data.map((line) => line.timeNs)).toEqual([...data.map((line) => line.timeNs)].sort((a, b) => Number(a - b)));
});

test('lines that share a nanosecond are all kept', async () => {
  const { source } = await loki((call) => (byMetadata(call) ? 'query-range-empty' : 'query-range-same-nanosecond'));
  const { data } = await source.byCorrelationId(id, window, {});
  expect(new Set(data.map((line) => line.timeNs)).size).toBeLessThan(data.length);
  expect(new Set(data.map((line) => line.id)).size).toBe(data.length);
});

test.each([
  ['error-400-parse', 'bad_query'],
  ['error-500-regex', 'unavailable'],
  ['strict-401-no-tenant', 'unauthorized'],
])('the recorded answer %s is the failure %s', async (name, reason) => {
  const { source } = await loki(() => name);
  await expect(source.byCorrelationId(id, window, {})).rejects.toMatchObject({ reason });
});
