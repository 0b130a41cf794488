import { expect, test } from 'vitest';
import { isRange, isWindow, parseInstant, parseRangeMs } from './time-range';

test('a range is a whole number of minutes, hours or days', () => {
  expect([parseRangeMs('15m'), parseRangeMs('7d'), parseRangeMs('0h'), parseRangeMs('1y')]).toEqual(
    [900_000, 604_800_000, undefined, undefined],
  );
});

test('a range that is longer than 31 days cannot be shown', () => {
  expect(['31d', '32d', '1y'].map(isRange)).toEqual([true, false, false]);
});

test('an instant is RFC 3339, or milliseconds as Grafana writes them', () => {
  expect(parseInstant('1795345200000')).toBe('2026-11-22T11:00:00.000Z');
  expect(parseInstant('2026-11-22T11:00:00+02:00')).toBe('2026-11-22T11:00:00+02:00');
  for (const text of ['yesterday', '', '17953452', '2026-11-22'])
    expect(parseInstant(text), text).toBeUndefined();
});

test('a window ends after its start, and is 31 days at most', () => {
  expect(isWindow('2026-11-22T11:00:00Z', '2026-11-22T11:00:01Z')).toBe(true);
  expect(isWindow('2026-11-22T11:00:00Z', '2026-11-22T11:00:00Z')).toBe(false);
  expect(isWindow('2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z')).toBe(true);
  expect(isWindow('2026-10-01T00:00:00Z', '2026-11-01T00:00:01Z')).toBe(false);
  expect(isWindow('now', '2026-11-01T00:00:01Z')).toBe(false);
});
