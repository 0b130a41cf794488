// Pure: runs in browsers too.
import type { Axis } from '@/lib/requests/view/axis';
import { formatDuration, formatOffset } from '@/lib/time/format';

/** After a fold, offsets from the start say little: ticks count from where the axis goes on. */
export function tickText(axis: Axis, tickNs: number): string {
  if (tickNs === 0) return '0';
  const index = axis.segments.findLastIndex((segment) => segment.from <= tickNs);
  const afterFold = axis.segments[index - 1]?.folded === true;
  return afterFold
    ? `+${formatDuration(tickNs - axis.segments[index]!.from)}`
    : formatDuration(tickNs);
}

/** "+612.4 ms, 14:02:07.612 UTC" */
export function crosshairText(offsetNs: number, startMs: number): string {
  const time = new Date(startMs + offsetNs / 1e6).toISOString().slice(11, 23);
  return `${formatOffset(offsetNs)}, ${time} UTC`;
}
