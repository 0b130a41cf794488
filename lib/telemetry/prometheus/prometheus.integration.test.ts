import { expect, inject, test } from 'vitest';
import { epochMs, windowEndingAt } from '@/lib/time/units';
import { promql, selector } from './promql';
import { prometheusSource } from './source';

test('a real Prometheus answers what the builders make', async () => {
  const source = prometheusSource({ base: inject('prometheusUrl') });
  expect(await source.ping({})).toMatch(/^Prometheus \d/);
  const now = epochMs(Date.now());
  const strange = selector('up', [
    ['job', '!=', 'a"b\\c\n`{}#'],
    ['instance', '=~', '.+'],
  ]);
  await expect
    .poll(
      async () =>
        (await source.instant(promql`sum(${strange})`, epochMs(Date.now()), {})).data[0]?.points[0]
          ?.value ?? null,
      { timeout: 20_000 },
    )
    .toBe(1);
  const { data } = await source.range(strange, windowEndingAt(epochMs(Date.now()), 60_000), 5, {});
  expect(data[0]!.points.length).toBeGreaterThan(0);
  await expect(source.instant('sum(' as never, now, {})).rejects.toMatchObject({
    reason: 'bad_query',
  });
});
