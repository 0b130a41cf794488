// Pure: runs in browsers too.
import type { LogRow } from '@/lib/requests/contract';
import type { Axis } from '@/lib/requests/view/axis';
import type { SpanTable } from '../waterfall/span-table';

/** Lanes beyond these share the last strip. */
export const MAX_STRIPS = 6;
/** Up to here every span is a line of its own; above, there is one bin a pixel. */
const MAX_LINES = 400;
/** Height at the bottom that belongs to the log lines, in pixels. */
const LOG_HEIGHT = 14;
const LOG_MARK = { width: 1.5, height: 9 };
const STRIP_MARGIN = 8;
/** So wide that no error is averaged away. */
const ERROR_WIDTH = 3;
const MIN_ERROR_HEIGHT = 4;
const MIN_LINE_WIDTH = 1.5;
const MAX_LINE_STEP = 5;

/** Pixels from the top left. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface MinimapLayout {
  readonly spans: readonly Rectangle[];
  readonly errors: readonly Rectangle[];
  readonly logs: readonly (Rectangle & { readonly failed: boolean })[];
  /** Lanes that have no strip of their own. */
  readonly hiddenLanes: number;
  /** Where the number of hidden lanes is written: the bottom of the strips. */
  readonly stripsBottom: number;
}

interface Strips {
  readonly count: number;
  readonly height: number;
  readonly of: (position: number) => number;
}

/** The whole request in the size of the minimap. Errors are drawn over all else. */
export function minimapLayout(
  table: SpanTable,
  logs: readonly LogRow[],
  laneCount: number,
  axis: Axis,
  { width, height }: Size,
): MinimapLayout {
  const count = Math.min(MAX_STRIPS, Math.max(1, laneCount));
  const strips: Strips = {
    count,
    height: (height - LOG_HEIGHT - STRIP_MARGIN) / count,
    of: (position) => Math.min(count - 1, table.lane(position)),
  };
  const draw = table.count <= MAX_LINES ? spanLines : concurrencyBins;
  return {
    spans: draw(table, axis, width, strips),
    errors: errorMarks(table, axis, width, strips),
    logs: logMarks(logs, axis, width, height),
    hiddenLanes: Math.max(0, laneCount - MAX_STRIPS),
    stripsBottom: height - LOG_HEIGHT,
  };
}

const startX = (table: SpanTable, axis: Axis, width: number, position: number): number =>
  axis.x(table.startNs(position)) * width;

const endX = (table: SpanTable, axis: Axis, width: number, position: number): number =>
  axis.x(table.startNs(position) + table.durationNs(position)) * width;

/** Of the spans that have a place in time. */
function* positions({ count, timed }: SpanTable): Generator<number> {
  for (let position = 0; position < count; position += 1) if (timed(position)) yield position;
}

/** One thin line a span, stacked in the order of the page. */
function spanLines(table: SpanTable, axis: Axis, width: number, strips: Strips): Rectangle[] {
  const counts = new Array<number>(strips.count).fill(0);
  for (const position of positions(table)) counts[strips.of(position)]! += 1;
  const placed = new Array<number>(strips.count).fill(0);
  return [...positions(table)].map((position) => {
    const strip = strips.of(position);
    const step = Math.min(MAX_LINE_STEP, (strips.height - 6) / Math.max(1, counts[strip]!));
    const x = startX(table, axis, width, position);
    const y = 4 + strip * strips.height + placed[strip]! * step;
    placed[strip]! += 1;
    return {
      x,
      y,
      width: Math.max(MIN_LINE_WIDTH, endX(table, axis, width, position) - x),
      height: Math.max(1, Math.min(2, step - 0.5)),
    };
  });
}

/** One bar a pixel; its height is the logarithm of how many spans are under way in that pixel. */
function concurrencyBins(table: SpanTable, axis: Axis, width: number, strips: Strips): Rectangle[] {
  const pixels = Math.ceil(width);
  const pixelAt = (x: number) => Math.max(0, Math.min(pixels - 1, Math.floor(x)));
  const changes = Array.from({ length: strips.count }, () => new Int32Array(pixels + 1));
  for (const position of positions(table)) {
    const bins = changes[strips.of(position)]!;
    const from = pixelAt(startX(table, axis, width, position));
    const to = Math.max(from, pixelAt(endX(table, axis, width, position)));
    bins[from]! += 1;
    bins[to + 1]! -= 1;
  }
  return changes.flatMap((bins, strip) =>
    binBars(runningSums(bins.subarray(0, pixels)), 2 + (strip + 1) * strips.height, strips.height),
  );
}

function runningSums(changes: Int32Array): Int32Array {
  const sums = new Int32Array(changes.length);
  let sum = 0;
  for (const [index, change] of changes.entries()) {
    sum += change;
    sums[index] = sum;
  }
  return sums;
}

function binBars(underWay: Int32Array, bottom: number, stripHeight: number): Rectangle[] {
  const most = Math.log1p(underWay.reduce((high, value) => Math.max(high, value), 1));
  const bars: Rectangle[] = [];
  for (const [pixel, value] of underWay.entries()) {
    if (value === 0) continue;
    const height = (Math.log1p(value) / most) * (stripHeight - 4);
    bars.push({ x: pixel, y: bottom - height, width: 1, height });
  }
  return bars;
}

function errorMarks(table: SpanTable, axis: Axis, width: number, strips: Strips): Rectangle[] {
  const marks: Rectangle[] = [];
  for (const position of positions(table)) {
    if (!table.failed(position)) continue;
    marks.push({
      x: startX(table, axis, width, position) - 1,
      y: 3 + strips.of(position) * strips.height,
      width: ERROR_WIDTH,
      height: Math.max(MIN_ERROR_HEIGHT, strips.height - 3),
    });
  }
  return marks;
}

function logMarks(
  logs: readonly LogRow[],
  axis: Axis,
  width: number,
  height: number,
): MinimapLayout['logs'] {
  const shown = logs.filter(({ offsetNs }) => offsetNs >= axis.from && offsetNs <= axis.to);
  return shown.map(({ offsetNs, level }) => ({
    x: axis.x(offsetNs) * width,
    y: height - LOG_HEIGHT,
    ...LOG_MARK,
    failed: level === 'error' || level === 'fatal',
  }));
}
