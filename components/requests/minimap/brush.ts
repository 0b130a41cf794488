// Pure: runs in browsers too.
import type { Axis } from '@/lib/requests/view/axis';
import { percent, type Position } from '../waterfall/bar-position';
import type { Viewport } from '../zoom';

/** A drag shorter than this share of the axis is a click. */
const MIN_DRAG_SHARE = 0.01;
/** Steps of a slider over the whole axis. */
export const SLIDER_STEPS = 1000;

const ordered = ([a, b]: Viewport): Viewport => [Math.min(a, b), Math.max(a, b)];

/** What was dragged over, from either side; null for a click. */
export function brushed(axis: Axis, drag: Viewport): Viewport | null {
  const [from, to] = ordered(drag);
  return axis.x(to) - axis.x(from) > MIN_DRAG_SHARE ? [from, to] : null;
}

export function intervalOnAxis(axis: Axis, interval: Viewport): Position {
  const [from, to] = ordered(interval);
  return { left: percent(axis.x(from)), width: percent(axis.x(to) - axis.x(from)) };
}

export const isWhole = (axis: Axis, [from, to]: Viewport): boolean =>
  from <= axis.from && to >= axis.to;

/** The parts before and behind the viewport. */
export const shadedParts = (axis: Axis, [from, to]: Viewport): readonly Position[] => [
  { left: '0', width: percent(axis.x(from)) },
  { left: percent(axis.x(to)), right: '0' },
];

/** Where an instant stands on a slider. */
export const sliderValue = (axis: Axis, offsetNs: number): number =>
  Math.round(axis.x(Math.min(axis.to, Math.max(axis.from, offsetNs))) * SLIDER_STEPS);

/** The viewport when one of its edges was moved; null when the edges would cross. */
export function withEdge(
  axis: Axis,
  [from, to]: Viewport,
  edge: 'from' | 'to',
  value: number,
): Viewport | null {
  const offsetNs = axis.offset(value / SLIDER_STEPS);
  const next: Viewport = edge === 'from' ? [offsetNs, to] : [from, offsetNs];
  return next[1] > next[0] ? next : null;
}
