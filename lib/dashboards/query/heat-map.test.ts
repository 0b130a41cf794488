import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Series } from '@/lib/telemetry/model';
import { histogramQuantile, toHeatMap } from './heat-map';
import { instantAt, type TimeGrid } from './time-grid';

const grid: TimeGrid = { startMs: 0, stepMs: 60_000, count: 5 };
const series = (values: readonly (number | null)[], labels: Record<string, string>): Series => ({
  labels,
  points: values.map((value, index) => ({ timeMs: instantAt(grid, index), value })),
});

describe('quantiles', () => {
  test('lie where Prometheus puts them', () => {
    // histogram_quantile(0.9, …) of 10 in (0, 0.1], 10 in (0.1, 0.5]: documented as linear within
    // the bucket.
    expect(histogramQuantile(0.9, [0.1, 0.5, Infinity], [10, 20, 20])).toBeCloseTo(0.42);
    expect(histogramQuantile(0.25, [0.1, 0.5, Infinity], [10, 20, 20])).toBeCloseTo(0.05);
    expect(histogramQuantile(0.99, [0.1, 0.5, Infinity], [10, 20, 40])).toBe(0.5);
    expect(histogramQuantile(0.5, [0.1, Infinity], [0, 0])).toBeNull();
    expect(histogramQuantile(0.5, [0.1, Infinity], [null, null])).toBeNull();
    expect(histogramQuantile(0.5, [0.1, 0.5], [1, 2])).toBeNull();
  });
  test('are never further than a bucket from the sample they stand for', () => {
    const bounds = [1, 2, 4, 8, 16, Infinity];
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 15.9, noNaN: true }), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (samples, quantile) => {
          const cumulative = bounds.map(
            (bound) => samples.filter((sample) => sample <= bound).length,
          );
          const sorted = [...samples].sort((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil(quantile * samples.length) - 1)]!;
          const bucket = bounds.findIndex((bound) => exact <= bound);
          const found = histogramQuantile(quantile, bounds, cumulative)!;
          expect(found).toBeGreaterThanOrEqual(bounds[bucket - 1] ?? 0);
          expect(found).toBeLessThanOrEqual(bounds[bucket]!);
        },
      ),
    );
  });
  test('a heat map has what fell into each bucket, and gaps where nothing is known', () => {
    const { heat, lines } = toHeatMap(
      [
        series([1, 1, null, 0, 1], { le: '0.1' }),
        series([3, 1, null, 0, 1], { le: '1' }),
        series([4, 1, null, 0, 1], { le: '+Inf' }),
      ],
      grid,
    );
    expect(heat).toEqual({
      bounds: [0.1, 1],
      counts: [
        [1, 1, null, 0, 1],
        [2, 0, null, 0, 0],
        [1, 0, null, 0, 0],
      ],
    });
    expect(lines.map(({ name }) => name)).toEqual(['p50', 'p95', 'p99']);
    expect(lines[0]!.values.map((value) => value !== null)).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });
});
