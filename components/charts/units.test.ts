import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTickValue, formatValue, roundTicks, ticksOf, type Unit } from './units';

test('what is counted has whole ticks', () => {
  expect(roundTicks(0, 1, 4, true)).toEqual([0, 1]);
  expect(roundTicks(0, 7, 4, true)).toEqual([0, 2, 4, 6, 8]);
  expect(roundTicks(0, 9, 4, true)).toEqual([0, 5, 10]);
  expect(roundTicks(0, 1, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('ticks hold what is drawn', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 0, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      fc.boolean(),
      (low, top, whole) => {
        const ticks = roundTicks(low, top, 4, whole);
        const slack = (top - low) * 1e-9;
        expect(ticks[0]!).toBeLessThanOrEqual(low + slack);
        expect(ticks.at(-1)!).toBeGreaterThanOrEqual(top - slack);
        expect(ticks.length).toBeLessThanOrEqual(8);
        if (whole) expect(ticks.every(Number.isInteger)).toBe(true);
      },
    ),
  );
});

test.each<[number, Unit, string]>([
  [0.08015, 'ratio', '8 %'],
  [0.9744, 'ratio', '97 %'],
  [1, 'ratio', '100 %'],
  [0.0004, 'ratio', '0.04 %'],
  [3.845, 'seconds', '3.8 s'],
  [0.0421, 'seconds', '42 ms'],
  [128.4, 'seconds', '128 s'],
  [12.34, 'per-second', '12 /s'],
  [0.256, 'cores', '0.26 cores'],
  [300 * 2 ** 20, 'bytes', '300 MiB'],
  [1.5 * 2 ** 30, 'bytes', '1.5 GiB'],
  [1439, 'count', '1439'],
  [0, 'ratio', '0 %'],
])('%d as %s is %s', (value, unit, text) => expect(formatValue(value, unit)).toBe(text));

test('no two ticks of an axis have the same label', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      fc.constantFrom<Unit>('ratio', 'seconds', 'per-second', 'cores', 'count', 'bytes'),
      (top, unit) => {
        const labels = ticksOf(0, top, 4, unit).map((tick) => formatTickValue(tick, unit));
        expect(new Set(labels).size).toBe(labels.length);
      },
    ),
  );
});
