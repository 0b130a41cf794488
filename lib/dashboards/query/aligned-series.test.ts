import { describe, expect, test } from 'vitest';
import type { Series } from '@/lib/telemetry/model';
import { alignSeries, findBreaches, latestValue } from './aligned-series';
import { instantAt, type TimeGrid } from './time-grid';

const grid: TimeGrid = { startMs: 0, stepMs: 60_000, count: 5 };
const series = (
  values: readonly (number | null)[],
  labels: Record<string, string> = { service: 'checkout' },
): Series => ({
  labels,
  points: values.map((value, index) => ({ timeMs: instantAt(grid, index), value })),
});

test('a value is at its instant, a missing one is null, and two parts of one series are one', () => {
  expect(
    alignSeries([series([1, null, 3, null, 5]), series([null, 2, 9, null, null])], grid, [
      'service',
    ]),
  ).toEqual([{ name: 'checkout', labels: { service: 'checkout' }, values: [1, 2, 3, null, 5] }]);
  expect(alignSeries([series([1, 1, 1, 1, 1], {})], grid, [])[0]!.name).toBe('all');
});
test('the series with the highest value is first', () => {
  expect(
    alignSeries(
      [
        series([1, 2, 1, 1, 1], { service: 'a' }),
        series([0, 0, 7, 0, 0], { service: 'b' }),
        series([null, null, null, null, null], { service: 'c' }),
      ],
      grid,
      ['service'],
    ).map(({ name }) => name),
  ).toEqual(['b', 'a', 'c']);
});

test('series of the same height are in the order of their names', () => {
  const names = ['c', 'a', 'b'].map((service) => series([1, 1, 1, 1, 1], { service }));
  expect(alignSeries(names, grid, ['service']).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('the latest value may be three instants old; one that is older has ended', () => {
  expect(latestValue([1, 2, 3, null, null])).toBe(3);
  expect(latestValue([1, 2, null, null, null])).toBeNull();
  expect(latestValue([])).toBeNull();
});

describe('a breach', () => {
  const threshold = { value: 0.05, alert: 'A', severity: 'critical' } as const;
  test('is above its threshold now; what was, or has ended, is not', () => {
    const framed = alignSeries(
      [
        series([0, 0, 0, 0.04, 0.06], { service: 'now' }),
        series([0.9, 0.9, 0.9, 0.01, 0.01], { service: 'was' }),
        series([0.9, null, null, null, null], { service: 'ended' }),
      ],
      grid,
      ['service'],
    );
    expect(findBreaches(framed, threshold)).toEqual([{ name: 'now', value: 0.06 }]);
    expect(findBreaches(framed, undefined)).toEqual([]);
  });
});
