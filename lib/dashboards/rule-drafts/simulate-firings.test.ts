import { describe, expect, test } from 'vitest';
import type { Series } from '@/lib/telemetry/model';
import { instantAt, type TimeGrid } from '../query/time-grid';
import { simulateFirings } from './simulate-firings';

const grid: TimeGrid = { startMs: 0, stepMs: 60_000, count: 5 };
const series = (values: readonly (number | null)[]): Series => ({
  labels: { service: 'checkout' },
  points: values.map((value, index) => ({ timeMs: instantAt(grid, index), value })),
});

describe('when an alert would have fired', () => {
  const condition = { threshold: 5, direction: 'above', holdSeconds: 60 } as const;
  const fired = (values: readonly (number | null)[], own: object = {}) =>
    simulateFirings([series(values)], grid, ['service'], { ...condition, ...own }).map(
      ({ fromMs, toMs }) => [fromMs / 60_000, toMs === null ? null : toMs / 60_000],
    );
  test.each<[string, (number | null)[], (number | null)[][]]>([
    ['held long enough', [1, 9, 9, 9, 1], [[2, 4]]],
    ['for as long as it waits, and no longer', [1, 9, 1, 1, 1], []],
    ['until now', [1, 1, 9, 9, 9], [[3, null]]],
    [
      'a gap ends it',
      [9, 9, null, 9, 9],
      [
        [1, 2],
        [4, null],
      ],
    ],
    ['never', [1, 5, 5, 5, 1], []],
  ])('%s', (_, values, expected) => expect(fired(values)).toEqual(expected));
  test('below, and at once', () =>
    expect(fired([9, 1, 9, null, 1], { direction: 'below', holdSeconds: 0 })).toEqual([
      [1, 2],
      [4, null],
    ]));
});
