import { describe, expect, test } from 'vitest';
import { linearAxis } from '../request.fixture';
import { brushed, intervalOnAxis, isWhole, shadedParts, sliderValue, withEdge } from './brush';

const axis = linearAxis(0, 1000);

describe('dragging over the minimap', () => {
  test('chooses an interval from either side', () => {
    expect(brushed(axis, [200, 400])).toEqual([200, 400]);
    expect(brushed(axis, [400, 200])).toEqual([200, 400]);
  });
  test('by less than a hundredth is a click', () => {
    expect(brushed(axis, [200, 205])).toBeNull();
  });
  test('is drawn from its left end', () => {
    expect(intervalOnAxis(axis, [500, 250])).toEqual({ left: '25%', width: '25%' });
  });
});

test('what is outside of the viewport is shaded', () => {
  expect(isWhole(axis, [0, 1000])).toBe(true);
  expect(isWhole(axis, [0, 999])).toBe(false);
  expect(shadedParts(axis, [250, 750])).toEqual([
    { left: '0', width: '25%' },
    { left: '75%', right: '0' },
  ]);
});

describe('sliders', () => {
  test('stand where the viewport ends', () => {
    expect(sliderValue(axis, 250)).toBe(250);
    expect(sliderValue(axis, -5)).toBe(0);
    expect(sliderValue(axis, 2000)).toBe(1000);
  });
  test('move one edge', () => {
    expect(withEdge(axis, [0, 1000], 'from', 250)).toEqual([250, 1000]);
    expect(withEdge(axis, [0, 1000], 'to', 750)).toEqual([0, 750]);
  });
  test('do not cross', () => {
    expect(withEdge(axis, [0, 500], 'from', 500)).toBeNull();
    expect(withEdge(axis, [500, 1000], 'to', 400)).toBeNull();
  });
});
