import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignSlots, KnownSlots } from './series-slots';

test('a name is drawn alike in every chart of a page, whatever its place by size, and after a refresh', () => {
  const known = new KnownSlots();
  const [requests, failures] = assignSlots(
    [
      ['inventory', 'edge', 'checkout'],
      ['edge', 'inventory'],
    ],
    known,
  );
  expect(Object.fromEntries(requests!)).toEqual({ inventory: 0, edge: 1, checkout: 2 });
  expect(Object.fromEntries(failures!)).toEqual({ edge: 1, inventory: 0 });
  expect(Object.fromEntries(assignSlots([['worker', 'checkout', 'inventory']], known)[0]!)).toEqual(
    {
      worker: 1,
      checkout: 2,
      inventory: 0,
    },
  );
});

test('two names that had one slot in other charts keep theirs where they meet, whichever is larger', () => {
  const known = new KnownSlots();
  assignSlots([['a'], ['b']], known);
  const [, , met] = assignSlots([[], [], ['a', 'b']], known);
  const [, , refreshed] = assignSlots([[], [], ['b', 'a']], known);
  expect(Object.fromEntries(refreshed!)).toEqual(Object.fromEntries(met!));
});

test('no two series of one chart are drawn alike', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 8 }), {
        maxLength: 5,
      }),
      (charts) => {
        assignSlots(charts).forEach((slots, place) => {
          expect([...slots.keys()].sort()).toEqual([...charts[place]!].sort());
          expect(new Set(slots.values()).size).toBe(slots.size);
        });
      },
    ),
  );
});
