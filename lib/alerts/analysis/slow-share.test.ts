import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countSlower } from './slow-share';

const buckets = [
  { upTo: 0.512, count: 350 },
  { upTo: 1.02, count: 358 },
  { upTo: 2.05, count: 470 },
  { upTo: Infinity, count: 570 },
];

test('at a bound of the histogram it is counted, and the bound is said', () => {
  expect(countSlower(buckets, 1)).toEqual({ slow: 212, total: 570, boundSeconds: 1.02 });
});
test('between two bounds it is taken to be even', () => {
  expect(countSlower(buckets, 1.535)).toMatchObject({ slow: 156, boundSeconds: 1.535 });
});
test('beyond the last bound that one is said', () => {
  expect(countSlower(buckets, 60)).toMatchObject({ slow: 100, boundSeconds: 2.05 });
});
test('below the first bound it begins at zero', () => {
  expect(countSlower(buckets, 0.256)).toMatchObject({ slow: 395, boundSeconds: 0.256 });
});
test('without a bucket for all nothing is counted', () => {
  expect(countSlower([], 1)).toBeUndefined();
  expect(countSlower([{ upTo: 1, count: 3 }], 1)).toBeUndefined();
});
test('never fewer than none, never more than all', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0.001, max: 100, noNaN: true }), fc.nat(1000))),
      fc.double({ min: 0.001, max: 200, noNaN: true }),
      (steps, threshold) => {
        let count = 0;
        const bounds = steps
          .toSorted(([a], [b]) => a - b)
          .map(([upTo, more]) => ({ upTo, count: (count += more) }));
        const all = [...bounds, { upTo: Infinity, count: count + 1 }];
        const { slow, total } = countSlower(all, threshold)!;
        expect(slow).toBeGreaterThanOrEqual(0);
        expect(slow).toBeLessThanOrEqual(total);
      },
    ),
  );
});
