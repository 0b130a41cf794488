import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlate } from './correlate';
import { criticalPath, type TimedSpan } from './critical-path';
import { heaps } from './heaps.fixture';

describe('the critical path', () => {
  const timed = (rows: [number, number, number, boolean?][]): TimedSpan[] =>
    rows.map(([parent, start, end, asynchronous = false]) => ({
      parent,
      start: start * 1e6,
      end: end * 1e6,
      asynchronous,
    }));
  const pathOf = (spans: TimedSpan[]) =>
    criticalPath(
      spans,
      spans.map((_, index) =>
        spans.flatMap((each, child) => (each.parent === index ? [child] : [])),
      ),
    );
  test('goes back from the child that finished last', () => {
    //  root  |--------------------|
    //  a       |-----|
    //  b          |-----|             behind c
    //  c               |--------|
    expect(
      pathOf(
        timed([
          [-1, 0, 100],
          [0, 10, 40],
          [0, 25, 55],
          [0, 50, 95],
        ]),
      ),
    ).toEqual([true, true, false, true]);
  });
  test('leaves out what a consumer did later', () =>
    expect(
      pathOf(
        timed([
          [-1, 0, 10],
          [0, 5, 90, true],
        ]),
      ),
    ).toEqual([true, false]));
  test('children that touch exactly both count', () =>
    expect(
      pathOf(
        timed([
          [-1, 0, 100],
          [0, 0, 50],
          [0, 50, 100],
        ]),
      ),
    ).toEqual([true, true, true]));
  test('of two that finish together the one that started last is on the path first', () =>
    //  a  |------------------|
    //  b           |---------|          a was under way the whole time: hidden behind b
    expect(
      pathOf(
        timed([
          [-1, 0, 100],
          [0, 0, 100],
          [0, 50, 100],
        ]),
      ),
    ).toEqual([true, false, true]));
  test('a child is clipped to its parent: what lies outside decides nothing', () =>
    expect(
      pathOf(
        timed([
          [-1, 100, 200],
          [0, 0, 90],
          [0, 150, 300],
          [0, 100, 149],
          [0, 210, 220],
        ]),
      ),
    ).toEqual([true, false, true, true, false]));
  test('below a child that outlasts its parent, what ended after the parent did not decide', () =>
    expect(
      pathOf(
        timed([
          [-1, 0, 100],
          [0, 20, 300],
          [1, 30, 90],
          [1, 200, 290],
        ]),
      ),
    ).toEqual([true, true, true, false]));
  test('an overlap below a millisecond is a touch, one of a millisecond too, more is not', () => {
    const before = (overlapMs: number) =>
      pathOf(
        timed([
          [-1, 0, 100],
          [0, 0, 50 + overlapMs],
          [0, 50, 100],
        ]),
      )[1];
    expect([0.5, 1, 1.001].map(before)).toEqual([true, true, false]);
  });
  test('a child without duration counts where it touches', () =>
    expect(
      pathOf(
        timed([
          [-1, 0, 100],
          [0, 100, 100],
          [0, 40, 40],
        ]),
      ),
    ).toEqual([true, true, true]));
  test('contains every root, and no span without its parent', () => {
    fc.assert(
      fc.property(heaps, (spans) => {
        const request = correlate(spans, []);
        request.tree.nodes.forEach((node, index) => {
          if (node.parent < 0) expect(request.critical[index]).toBe(true);
          else if (request.critical[index]) expect(request.critical[node.parent]).toBe(true);
        });
      }),
    );
  });
});
