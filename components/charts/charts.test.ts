import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slotsOf } from './series-style';
import { roundTicks } from './units';

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

test('a name is drawn alike in every chart of a page, whatever its place by size, and after a refresh', () => {
  const known = new Map<string, number>();
  const [requests, failures] = slotsOf(
    [
      ['inventory', 'edge', 'checkout'],
      ['edge', 'inventory'],
    ],
    known,
  );
  expect(Object.fromEntries(requests!)).toEqual({ inventory: 0, edge: 1, checkout: 2 });
  expect(Object.fromEntries(failures!)).toEqual({ edge: 1, inventory: 0 });
  expect(Object.fromEntries(slotsOf([['worker', 'checkout', 'inventory']], known)[0]!)).toEqual({
    worker: 1,
    checkout: 2,
    inventory: 0,
  });
});

test('no two series of one chart are drawn alike', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 8 }), {
        maxLength: 5,
      }),
      (charts) => {
        slotsOf(charts).forEach((slots, place) => {
          expect([...slots.keys()].sort()).toEqual([...charts[place]!].sort());
          expect(new Set(slots.values()).size).toBe(slots.size);
        });
      },
    ),
  );
});
