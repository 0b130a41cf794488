import { expect, test } from 'vitest';
import { heatScale, heatTicks, heightOn } from './heat-scale';

const bounds = [0.1, 0.5, 1];

test('the scale spans the buckets that hold something', () => {
  const counts = [
    [0, null],
    [2, 0],
    [0, 1],
    [0, 0],
  ];
  expect(heatScale({ bounds, counts })).toEqual({ low: 0.1, high: 1 });
});

test('half of the first bound stands for zero, twice the last for infinity', () => {
  const counts = [[1], [0], [0], [1]];
  expect(heatScale({ bounds, counts })).toEqual({ low: 0.05, high: 2 });
});

test('without anything the scale spans all buckets', () => {
  expect(heatScale({ bounds, counts: [[0], [0], [0], [0]] })).toEqual({ low: 0.05, high: 2 });
});

test('heights are logarithmic, and what is below the scale lies on its edge', () => {
  const scale = { low: 0.01, high: 1 };
  expect([0.001, 0.01, 0.1, 1].map((value) => heightOn(scale, value))).toEqual([0, 0, 0.5, 1]);
});

test('ticks are round; a scale without round durations has its ends', () => {
  expect(heatTicks({ low: 0.05, high: 2 })).toEqual([0.1, 0.3, 1]);
  expect(heatTicks({ low: 0.04, high: 0.08 })).toEqual([0.04, 0.08]);
});
