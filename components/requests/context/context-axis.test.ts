import { expect, test } from 'vitest';
import { ContextAxis } from './context-axis';

const startMs = Date.parse('2026-11-25T14:15:00Z');
/** From 14:00 to 15:00: a request of half an hour, 15 minutes around it. */
const axis = new ContextAxis(startMs, startMs + 30 * 60_000);

test('a request stands between the time before and after it', () => {
  expect(axis.request()).toEqual({ left: '25%', width: 'max(3px, 50%)' });
});

test('an episode stands where it was open', () => {
  expect(axis.episode('2026-11-25T14:30:00Z', '2026-11-25T14:45:00Z')).toEqual({
    left: '50%',
    width: '25%',
  });
});

test('an episode that is still firing reaches to the end', () => {
  expect(axis.episode('2026-11-25T14:30:00Z', null)).toEqual({ left: '50%', width: '50%' });
});

test('what began before the axis begins at its edge', () => {
  expect(axis.episode('2026-11-24T00:00:00Z', null)).toEqual({ left: '0%', width: '100%' });
});

test('a short episode can be seen', () => {
  expect(axis.episode('2026-11-25T14:30:00Z', '2026-11-25T14:30:01Z').width).toBe('0.5%');
});
