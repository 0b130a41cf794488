import { describe, expect, test } from 'vitest';
import { linearAxis, logRow, spanRow } from '../request.fixture';
import { spanTableFromRows } from '../waterfall/span-table';
import { minimapLayout } from './minimap-layout';

const SIZE = { width: 100, height: 72 };
const axis = linearAxis(0, 1000);

const layoutOf = (spans: Parameters<typeof spanTableFromRows>[0], laneCount = 1) =>
  minimapLayout(spanTableFromRows(spans, 'adjusted'), [], laneCount, axis, SIZE);

describe('the minimap', () => {
  test('draws a line for every span of a small request, one below the other', () => {
    const { spans } = layoutOf([
      spanRow('a', { startOffsetNs: 0, durationNs: 1000 }),
      spanRow('b', { startOffsetNs: 500, durationNs: 250 }),
    ]);
    expect(spans.map(({ x, width }) => [x, width])).toEqual([
      [0, 100],
      [50, 25],
    ]);
    expect(spans[1]!.y).toBeGreaterThan(spans[0]!.y);
  });

  test('draws one bin a pixel for a large request', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      spanRow(`${index}`, { startOffsetNs: index % 1000, durationNs: 1 }),
    );
    const { spans } = layoutOf(many);
    expect(spans).toHaveLength(100);
    expect(new Set(spans.map(({ x }) => x)).size).toBe(100);
  });

  test('draws bins higher where more is under way', () => {
    const one = Array.from({ length: 401 }, (_, index) =>
      spanRow(`${index}`, { startOffsetNs: index === 0 ? 100 : 900, durationNs: 1 }),
    );
    const [low, high] = layoutOf(one).spans;
    expect(high!.height).toBeGreaterThan(low!.height);
  });

  test('shows one error among 100,000 spans, at least three pixels wide', () => {
    const many = Array.from({ length: 100_000 }, (_, index) =>
      spanRow(`${index}`, { startOffsetNs: index / 100, durationNs: 1, failed: index === 77_777 }),
    );
    const { errors } = layoutOf(many);
    expect(errors).toHaveLength(1);
    expect(errors[0]!.width).toBeGreaterThanOrEqual(3);
    expect(errors[0]!.x).toBeCloseTo(76.8, 1);
  });

  test('gives six lanes a strip each; the others share the last and are counted', () => {
    const spans = Array.from({ length: 8 }, (_, lane) =>
      spanRow(`${lane}`, { lane, failed: true }),
    );
    const layout = layoutOf(spans, 8);
    expect(new Set(layout.errors.map(({ y }) => y)).size).toBe(6);
    expect(layout.hiddenLanes).toBe(2);
    expect(layoutOf(spans.slice(0, 6), 6).hiddenLanes).toBe(0);
  });

  test('marks the log lines of the request, those of errors as such', () => {
    const logs = [
      logRow('1', { offsetNs: 500 }),
      logRow('2', { offsetNs: 600, level: 'fatal' }),
      logRow('3', { offsetNs: 5000 }),
    ];
    const layout = minimapLayout(spanTableFromRows([], 'adjusted'), logs, 0, axis, SIZE);
    expect(layout.logs.map(({ x, failed }) => [x, failed])).toEqual([
      [50, false],
      [60, true],
    ]);
  });
});
