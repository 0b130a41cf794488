import { describe, expect, test } from 'vitest';
import { axisOver } from '@/lib/requests/view/axis';
import { linearAxis } from '../request.fixture';
import {
  foldPositions,
  hasRoomAfter,
  instantAt,
  instantPosition,
  intervalPosition,
  longTextPosition,
  shortTextPosition,
} from './bar-position';

const axis = linearAxis(100, 200);

describe('an interval on the axis', () => {
  test('stands where it begins, as wide as it is long', () => {
    expect(intervalPosition(axis, 125, 50)).toEqual({ left: '25%', width: '50%' });
  });
  test('is cut to what is shown', () => {
    expect(intervalPosition(axis, 50, 100)).toEqual({ left: '0%', width: '50%' });
    expect(intervalPosition(axis, 150, 500)).toEqual({ left: '50%', width: '50%' });
  });
  test('is nowhere when nothing of it is shown', () => {
    expect(intervalPosition(axis, 0, 99)).toBeUndefined();
    expect(intervalPosition(axis, 201, 10)).toBeUndefined();
  });
});

test('an instant is on the axis or nowhere', () => {
  expect(instantPosition(axis, 150)).toEqual({ left: '50%' });
  expect(instantPosition(axis, 99)).toBeUndefined();
  expect(instantPosition(axis, 201)).toBeUndefined();
});

describe('text beside an interval', () => {
  test('stands behind it when it is short', () => {
    expect(shortTextPosition(axis, 120, 60)).toEqual({ left: '80%' });
  });
  test('stands at the edge that the interval is beyond', () => {
    expect(shortTextPosition(axis, 300, 10)).toEqual({ right: '0' });
    expect(shortTextPosition(axis, 0, 10)).toEqual({ left: '0' });
  });
  test('when long stands behind it where there is room', () => {
    expect(longTextPosition(axis, 110, 40)).toEqual({ left: '50%' });
  });
  test('when long stands before it where there is no room behind', () => {
    expect(longTextPosition(axis, 150, 40)).toEqual({ right: '50%' });
  });
  test('when long lies over an interval that leaves no room at all', () => {
    expect(longTextPosition(axis, 110, 80)).toEqual({ left: '10%', top: 8 });
  });
  test('has room behind what ends in the first three quarters', () => {
    expect([hasRoomAfter(axis, 174), hasRoomAfter(axis, 176)]).toEqual([true, false]);
  });
});

test('folded gaps are told with their length', () => {
  const segments = [
    { from: 0, to: 100, folded: false },
    { from: 100, to: 900, folded: true },
    { from: 900, to: 1000, folded: false },
  ];
  const [fold, ...others] = foldPositions(axisOver(segments, 0, 1000, 0.25));
  expect(others).toEqual([]);
  expect(fold).toEqual({ key: 100, durationNs: 800, position: { left: '37.5%', width: '25%' } });
});

describe('the instant under a pointer', () => {
  const margins = { left: 320, right: 80 };
  test('is measured between the margins', () => {
    expect(instantAt(axis, 320 + 300, 1000, margins)).toBe(150);
  });
  test('is none over the names and behind the axis', () => {
    expect(instantAt(axis, 300, 1000, margins)).toBeNull();
    expect(instantAt(axis, 950, 1000, margins)).toBeNull();
  });
});
