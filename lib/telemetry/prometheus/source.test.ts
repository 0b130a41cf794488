import { afterEach, expect, test } from 'vitest';
import { epochMs, epochNs } from '@/lib/time/units';
import { replay } from '../replay.fixture';
import { prometheusSource } from './source';

const folder = `${import.meta.dirname}/fixtures`;
const window = {
  startNs: epochNs(1795347540_000_000_000n),
  endNs: epochNs(1795348140_000_000_000n),
};
let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function prometheus(name: string) {
  const server = await replay(folder, () => name);
  close = server.close;
  return { source: prometheusSource({ base: server.url }), asked: server.asked };
}

test('a range query is sent as a form, in seconds', async () => {
  const { source, asked } = await prometheus('query-range');
  const { data } = await source.range('up', window, 15, {});
  expect(asked[0]!.form.get('query')).toBe('up');
  expect([
    asked[0]!.form.get('start'),
    asked[0]!.form.get('end'),
    asked[0]!.form.get('step'),
  ]).toEqual(['1795347540', '1795348140', '15']);
  expect(data.length).toBeGreaterThan(0);
  expect(
    data[0]!.points.every((point) => point.timeMs > 1.7e12 && typeof point.value === 'number'),
  ).toBe(true);
});

test('NaN and infinities are gaps, never zero', async () => {
  const { source } = await prometheus('query-nan-inf');
  const { data } = await source.instant('x', epochMs(0), {});
  expect(data.map((series) => series.points[0]!.value)).toEqual([null, null, null]);
});

test.each([
  ['query-empty', 0],
  ['query-scalar', 1],
  ['query-string', 0],
])('the recorded answer %s has %i series', async (name, count) => {
  const { source } = await prometheus(name);
  expect((await source.instant('x', epochMs(0), {})).data).toHaveLength(count);
});

test.each([
  ['query-400-parse', 'bad_query', 'unclosed left parenthesis'],
  ['query-422-many-to-many', 'bad_query', 'many-to-many'],
  ['query-503-timeout', 'timeout', 'timed out'],
  ['query-range-400-too-many-points', 'bad_query', '11,000 points'],
])('the recorded answer %s is the failure %s with its own words', async (name, reason, words) => {
  const { source } = await prometheus(name);
  await expect(source.instant('x', epochMs(0), {})).rejects.toMatchObject({
    reason,
    message: expect.stringContaining(words),
  });
});

test('exemplars carry the trace they belong to', async () => {
  const { source } = await prometheus('query-exemplars-in-function');
  const { data } = await source.exemplars('x', window, {});
  expect(data.some((exemplar) => exemplar.traceId?.length === 32)).toBe(true);
});
