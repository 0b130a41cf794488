// Pure: runs in browsers too.
import { fromRfc3339, toRfc3339, type EpochNs } from '@/lib/time/units';

/**
 * The part of a request that the waterfall shows, in absolute time: it stays true when more is
 * found.
 */
export interface Zoom {
  readonly startNs: EpochNs;
  readonly endNs: EpochNs;
}

/** What the waterfall shows, in nanoseconds from the start of the request. */
export type Viewport = readonly [from: number, to: number];

/** Closer than this nothing more can be seen. */
const MIN_VIEWPORT_NS = 1_000;
const SEPARATOR = '_';

/** `2026-11-25T14:02:07.000000000Z_2026-11-25T14:02:08.500000000Z`; null for anything else. */
export function parseZoom(text: string): Zoom | null {
  const [start = '', end = ''] = text.split(SEPARATOR);
  const [startNs, endNs] = [fromRfc3339(start), fromRfc3339(end)];
  if (startNs === undefined || endNs === undefined || endNs <= startNs) return null;
  return { startNs, endNs };
}

export const serializeZoom = ({ startNs, endNs }: Zoom): string =>
  [toRfc3339(startNs), toRfc3339(endNs)].join(SEPARATOR);

export const sameZoom = (a: Zoom, b: Zoom): boolean =>
  a.startNs === b.startNs && a.endNs === b.endNs;

/** All of the request without a zoom, or where nothing of the zoomed part is in the request. */
export function viewportOf(zoom: Zoom | null, originNs: bigint, durationNs: number): Viewport {
  if (!zoom) return [0, durationNs];
  const from = Math.max(0, Number(zoom.startNs - originNs));
  const to = Math.min(durationNs, Number(zoom.endNs - originNs));
  return to > from ? [from, to] : [0, durationNs];
}

/** Null when the viewport is the whole request. */
export function zoomOf([from, to]: Viewport, originNs: bigint, durationNs: number): Zoom | null {
  if (from <= 0 && to >= durationNs) return null;
  return {
    startNs: (originNs + BigInt(Math.round(from))) as EpochNs,
    endNs: (originNs + BigInt(Math.round(to))) as EpochNs,
  };
}

/**
 * The viewport made `factor` times as long around an instant, which stays where it is on the
 * screen. It ends at the ends of the request, and is never shorter than a microsecond.
 */
export function zoomAround(
  [from, to]: Viewport,
  atNs: number,
  factor: number,
  durationNs: number,
): Viewport {
  const centre = Math.min(to, Math.max(from, atNs));
  const next: Viewport = [
    Math.max(0, centre - (centre - from) * factor),
    Math.min(durationNs, centre + (to - centre) * factor),
  ];
  return next[1] - next[0] < MIN_VIEWPORT_NS ? [from, to] : next;
}
