import fc from 'fast-check';
import { expect, test } from 'vitest';
import { msToNs } from '@/lib/time/units';
import { createGrid, instantAt, rateRangeSeconds } from './time-grid';

test('has at most an instant a pixel and a scrape, in the window, to a minute of its end', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
      fc.integer({ min: 60_000, max: 31 * 86_400_000 }),
      fc.integer({ min: 10, max: 2000 }),
      fc.integer({ min: 1, max: 120 }),
      (from, length, points, scrape) => {
        const found = createGrid(
          { startNs: msToNs(from), endNs: msToNs(from + length) },
          points,
          scrape,
        );
        expect(found.count).toBeLessThanOrEqual(points);
        expect(found.stepMs).toBeGreaterThanOrEqual(scrape * 1000);
        expect(found.startMs).toBeGreaterThanOrEqual(from);
        if (found.count > 1)
          expect(instantAt(found, found.count - 1)).toBeLessThanOrEqual(from + length);
        expect(from + length - instantAt(found, found.count - 1)).toBeLessThan(60_000);
        expect(rateRangeSeconds(found, scrape) * 1000).toBeGreaterThanOrEqual(found.stepMs);
      },
    ),
  );
});

test('queried again within the same minute, the last instant is the same; with short steps a whole step later', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
      fc.integer({ min: 600_000, max: 31 * 86_400_000 }),
      fc.integer({ min: 10, max: 2000 }),
      (from, length, points) => {
        const lastInstant = (delayMs: number) => {
          const grid = createGrid(
            { startNs: msToNs(from + delayMs), endNs: msToNs(from + length + delayMs) },
            points,
            15,
          );
          return { atMs: instantAt(grid, grid.count - 1), stepMs: grid.stepMs };
        };
        const first = lastInstant(0);
        const again = lastInstant(59_999 - ((from + length) % 60_000));
        expect((again.atMs - first.atMs) % Math.min(first.stepMs, 60_000)).toBe(0);
        if (first.stepMs >= 60_000) expect(again.atMs).toBe(first.atMs);
      },
    ),
  );
});
