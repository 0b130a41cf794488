import { expect, test } from 'vitest';
import { statisticsOf } from './series-statistics';

test('gaps count for nothing', () => {
  expect(statisticsOf([2, null, 6, 1, null])).toEqual({ now: 1, minimum: 1, maximum: 6, mean: 3 });
});

test('a series that ended has no present value', () => {
  expect(statisticsOf([2, 4, null, null])).toMatchObject({ now: null, mean: 3 });
});

test('a series of gaps has nothing', () => {
  expect(statisticsOf([null, null])).toEqual({
    now: null,
    minimum: null,
    maximum: null,
    mean: null,
  });
});
