import { expect, test } from 'vitest';
import { shiftWindow, widenWindow } from './move-window';

const HOUR = 3_600_000;
const now = 1000 * HOUR;

test('a window moves by half of its length, and not beyond the present', () => {
  const past = { fromMs: now - 4 * HOUR, toMs: now - 2 * HOUR };
  expect(shiftWindow(past, -0.5, now)).toEqual({ fromMs: now - 5 * HOUR, toMs: now - 3 * HOUR });
  expect(shiftWindow(past, 0.5, now)).toEqual({ fromMs: now - 3 * HOUR, toMs: now - HOUR });
  const recent = { fromMs: now - 3 * HOUR, toMs: now - HOUR / 2 };
  expect(shiftWindow(recent, 0.5, now)).toEqual({ fromMs: now - 2.5 * HOUR, toMs: now });
  expect(shiftWindow({ fromMs: now - HOUR, toMs: now }, 0.5, now)).toBeNull();
});

test('a wider window has the same middle, and ends at the present', () => {
  expect(widenWindow({ fromMs: now - 6 * HOUR, toMs: now - 4 * HOUR }, now)).toEqual({
    fromMs: now - 7 * HOUR,
    toMs: now - 3 * HOUR,
  });
  expect(widenWindow({ fromMs: now - 2 * HOUR, toMs: now }, now)).toEqual({
    fromMs: now - 3 * HOUR,
    toMs: now,
  });
});

test('31 days are the widest', () => {
  const { fromMs, toMs } = widenWindow({ fromMs: now - 30 * 24 * HOUR, toMs: now }, now);
  expect(toMs - fromMs).toBe(31 * 24 * HOUR);
});
