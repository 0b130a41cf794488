import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAgo, formatCounted, formatDuration, formatInstant, formatOffset } from './format';
import { epochMs, fromRfc3339, msToNs, nsToMs, padded, toRfc3339, windowEndingAt } from './units';

test('RFC 3339 keeps every nanosecond, both ways', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }),
      (ns) => void expect(fromRfc3339(toRfc3339(ns))).toBe(ns),
    ),
  );
});
test('a moment before 1970 is written as one', () => {
  expect(toRfc3339(-1n)).toBe('1969-12-31T23:59:59.999999999Z');
  expect(toRfc3339(-1_000_000_000n)).toBe('1969-12-31T23:59:59.000000000Z');
});
test('an offset is understood, nonsense is not', () => {
  expect(fromRfc3339('2026-11-22T14:02:07.5+02:00')).toBe(fromRfc3339('2026-11-22T12:02:07.5Z'));
  for (const bad of ['yesterday', '2026-11-22', '2026-13-40T99:00:00Z', ''])
    expect(fromRfc3339(bad)).toBeUndefined();
});
test('windows are half open and grow on both sides', () => {
  const window = windowEndingAt(epochMs(10_000), 4_000);
  expect(nsToMs(window.startNs)).toBe(6_000);
  expect(padded(window, 1_000)).toEqual({ startNs: msToNs(5_000), endNs: msToNs(11_000) });
});
test.each([
  [0, '0 ns'],
  [1_500, '1.5 µs'],
  [612_400_000, '612 ms'],
  [999_600_000, '1 s'],
  [1_840_000_000, '1.84 s'],
  [12_300_000_000, '12.3 s'],
  [59_999_000_000, '1 min'],
  [372e9, '6 min 12 s'],
  [7_500e9, '2 h 5 min'],
  [7 * 86_400e9 + 300e9, '7 d'],
  [-4.2e9, '−4.2 s'],
])('%d ns reads %s', (ns, text) => expect(formatDuration(ns)).toBe(text));
test('offsets, instants and ages read as people say them', () => {
  expect(formatOffset(612_400_000)).toBe('+612.4 ms');
  expect(formatOffset(-2_500_000_000)).toBe('−2.500 s');
  expect(formatInstant(Date.UTC(2026, 10, 22, 14, 2, 7), Date.UTC(2026, 11, 1))).toBe(
    'Nov 22, 14:02:07 UTC',
  );
  expect(formatAgo(0, 125_000)).toBe('2 min ago');
});

test('what is counted takes its plural form', () => {
  expect(formatCounted(1, 'alert')).toBe('1 alert');
  expect(formatCounted(0, 'alert')).toBe('0 alerts');
  expect(formatCounted(5_170, 'query', 'queries')).toBe('5,170 queries');
});
