// Pure: runs in browsers too.
import type { Axis } from '@/lib/requests/view/axis';

/** Where something stands on the axis, as CSS. */
export interface Position {
  readonly left?: string;
  readonly right?: string;
  readonly width?: string;
  readonly top?: number;
}

/** Behind a bar that ends beyond this share of the axis there is no room for a long text. */
const LAST_ROOM_AFTER = 0.75;
/** Before a bar that begins before this share there is none either. */
const FIRST_ROOM_BEFORE = 0.35;
/** What is expected, but was not seen, has no length of its own: it takes this share. */
const MISSING_SHARE = 0.04;
/** A text that overlays its bar is moved down by so many pixels. */
const OVERLAY_TOP = 8;

export const percent = (share: number): string => `${share * 100}%`;

const shareOf = (axis: Axis, offsetNs: number): number =>
  axis.x(Math.max(axis.from, Math.min(offsetNs, axis.to)));

/** The left edge of an instant; undefined when it is outside of what is shown. */
export function instantPosition(axis: Axis, offsetNs: number): Position | undefined {
  if (offsetNs < axis.from || offsetNs > axis.to) return undefined;
  return { left: percent(axis.x(offsetNs)) };
}

/** An interval, cut to what is shown; undefined when nothing of it is. */
export function intervalPosition(
  axis: Axis,
  startNs: number,
  durationNs: number,
): Position | undefined {
  const endNs = startNs + durationNs;
  if (endNs < axis.from || startNs > axis.to) return undefined;
  const left = shareOf(axis, startNs);
  return { left: percent(left), width: percent(shareOf(axis, endNs) - left) };
}

/** Short text, right behind an interval; at the edge where the interval is outside of the axis. */
export function shortTextPosition(axis: Axis, startNs: number, durationNs: number): Position {
  if (startNs > axis.to) return { right: '0' };
  if (startNs + durationNs < axis.from) return { left: '0' };
  return { left: percent(shareOf(axis, startNs + durationNs)) };
}

/**
 * Long text: behind an interval, before it where there is no room, over it where there is none at
 * all.
 */
export function longTextPosition(axis: Axis, startNs: number, durationNs: number): Position {
  const end = shareOf(axis, startNs + durationNs);
  if (end < LAST_ROOM_AFTER) return { left: percent(end) };
  const start = shareOf(axis, startNs);
  if (start > FIRST_ROOM_BEFORE) return { right: percent(1 - start) };
  return { left: percent(start), top: OVERLAY_TOP };
}

export const hasRoomAfter = (axis: Axis, endNs: number): boolean =>
  shareOf(axis, endNs) < LAST_ROOM_AFTER;

/** How long a consumer that was not seen is drawn, in nanoseconds of what is shown. */
export const missingDurationNs = (axis: Axis): number => (axis.to - axis.from) * MISSING_SHARE;

/** The folded gaps of an axis, and how long each is. */
export function foldPositions(
  axis: Axis,
): readonly { readonly key: number; readonly durationNs: number; readonly position: Position }[] {
  return axis.segments
    .filter((segment) => segment.folded)
    .map((segment) => ({
      key: segment.from,
      durationNs: segment.to - segment.from,
      position: { left: percent(segment.x0), width: percent(segment.x1 - segment.x0) },
    }));
}

/** Margins of the time axis inside of the waterfall, in pixels. */
export interface AxisMargins {
  readonly left: number;
  readonly right: number;
}

/** The instant under a pointer `x` pixels from the left of the waterfall; null beside the axis. */
export function instantAt(
  axis: Axis,
  x: number,
  width: number,
  margins: AxisMargins,
): number | null {
  const share = (x - margins.left) / (width - margins.left - margins.right);
  return share >= 0 && share <= 1 ? axis.offset(share) : null;
}
