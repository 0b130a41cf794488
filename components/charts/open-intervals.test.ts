import { expect, test } from 'vitest';
import { mergeIntervals, openIntervals } from './open-intervals';

const at = (minute: number) => `2026-11-22T11:${String(minute).padStart(2, '0')}:00Z`;
const ms = (minute: number) => Date.parse(at(minute));
const episode = (from: number, to: number | null) => ({
  name: 'ServiceErrorRatioHigh',
  startedAt: at(from),
  resolvedAt: to === null ? null : at(to),
});

test('an episode that is still open lasts until the end of the axis', () => {
  expect(openIntervals([episode(5, 10), episode(20, null)], ms(30))).toEqual([
    { fromMs: ms(5), toMs: ms(10) },
    { fromMs: ms(20), toMs: ms(30) },
  ]);
});

test('intervals that overlap or touch are one, and one inside another adds nothing', () => {
  const merged = mergeIntervals(
    openIntervals([episode(20, 25), episode(1, 9), episode(2, 3), episode(9, 12)], ms(30)),
  );
  expect(merged).toEqual([
    { fromMs: ms(1), toMs: ms(12) },
    { fromMs: ms(20), toMs: ms(25) },
  ]);
});
