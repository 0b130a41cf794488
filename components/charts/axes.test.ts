import { expect, test } from 'vitest';
import { formatTick } from './axes';

const at = Date.parse('2026-11-22T14:05:09Z');
const MINUTE = 60_000;

test('ticks have seconds on a short axis, and the day on one of several days', () => {
  expect(formatTick(at, 5 * MINUTE)).toBe('14:05:09');
  expect(formatTick(at, 60 * MINUTE)).toBe('14:05');
  expect(formatTick(at, 7 * 24 * 60 * MINUTE)).toBe('11-22 14h');
});
