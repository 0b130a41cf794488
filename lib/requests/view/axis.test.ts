import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisOver, foldGaps, ticks } from './axis';

describe('the axis', () => {
  const busy = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 300 }))
      .map(([start, length]) => [start, Math.min(1000, start + length)] as const),
    { minLength: 1, maxLength: 10 },
  );
  test('goes there and back, and never backwards', () => {
    fc.assert(
      fc.property(
        busy,
        fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 2 }),
        (intervals, offsets) => {
          const axis = axisOver(foldGaps(intervals, 0, 1000), 0, 1000, 0.04);
          const sorted = [...offsets].sort((a, b) => a - b);
          sorted.forEach((offset, index) => {
            const x = axis.x(offset);
            expect(x).toBeGreaterThanOrEqual(-1e-9);
            expect(x).toBeLessThanOrEqual(1 + 1e-9);
            expect(axis.offset(x)).toBeCloseTo(offset, 3);
            if (index) expect(x).toBeGreaterThanOrEqual(axis.x(sorted[index - 1]!) - 1e-9);
          });
        },
      ),
    );
  });
  test('only a long empty gap is folded', () => {
    expect(
      foldGaps(
        [
          [0, 10],
          [90, 100],
        ],
        0,
        100,
      ).map((segment) => segment.folded),
    ).toEqual([false, true, false]);
    expect(
      foldGaps(
        [
          [0, 45],
          [60, 100],
        ],
        0,
        100,
      ).map((segment) => segment.folded),
    ).toEqual([false]);
  });
  test('forty minutes in a queue leave the bars legible', () => {
    const axis = axisOver(
      foldGaps(
        [
          [0, 100],
          [2_400_100, 2_400_200],
        ],
        0,
        2_400_200,
      ),
      0,
      2_400_200,
      0.035,
    );
    expect(axis.x(100)).toBeGreaterThan(0.4);
  });
  test('ticks are few and never inside a fold', () => {
    fc.assert(
      fc.property(busy, (intervals) => {
        const segments = foldGaps(intervals, 0, 1000);
        const marks = ticks(axisOver(segments, 0, 1000, 0.04), 6);
        expect(marks.length).toBeLessThan(20);
        for (const mark of marks)
          expect(
            segments.some((segment) => segment.folded && mark > segment.from && mark < segment.to),
          ).toBe(false);
      }),
    );
  });
});
