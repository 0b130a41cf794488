import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs, HOUR_MS, MINUTE_MS, msToNs, nsToMs } from '@/lib/time/units';
import { searchWindows, wholeReachWindows } from './search-windows';

describe('search windows', () => {
  const now = epochMs(Date.UTC(2026, 10, 22, 12));
  test.each([
    ['in steps', searchWindows],
    ['at once', wholeReachWindows],
  ] as const)(
    '%s cover the limit without gap or overlap, hinted or not, none longer than Tempo takes',
    (_, windowsOf) => {
      fc.assert(
        fc.property(
          fc.option(fc.integer({ min: -10 * 24 * HOUR_MS, max: 10 * MINUTE_MS }), {
            nil: undefined,
          }),
          fc.integer({ min: 1, max: 30 }),
          (back, days) => {
            const windows = windowsOf(
              now,
              days,
              back === undefined ? undefined : epochMs(now + back),
            );
            const sorted = [...windows].sort((a, b) => Number(a.startNs - b.startNs));
            const inside = sorted.filter(
              (window) => window.endNs > msToNs(now - days * 24 * HOUR_MS),
            );
            inside
              .slice(1)
              .forEach((window, index) => expect(window.startNs).toBe(inside[index]!.endNs));
            expect(nsToMs(sorted[0]!.startNs)).toBeLessThanOrEqual(now - days * 24 * HOUR_MS);
            expect(sorted.at(-1)!.endNs).toBeGreaterThanOrEqual(msToNs(now));
            for (const { startNs, endNs } of windows)
              expect(endNs - startNs).toBeLessThanOrEqual(BigInt(168 * HOUR_MS) * 1_000_000n);
          },
        ),
      );
    },
  );
  test('begin where the id says it was made', () => {
    const hint = epochMs(now - 30 * HOUR_MS);
    const [first] = searchWindows(now, 7, hint);
    expect(first!.startNs < msToNs(hint) && first!.endNs > msToNs(hint)).toBe(true);
  });
});
