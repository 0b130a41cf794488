import { MAX_WINDOW_MS } from '@/lib/dashboards/time-range';

export interface ShownWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A window moved by a share of its length, to the present at most; null where it cannot move. */
export function shiftWindow(
  { fromMs, toMs }: ShownWindow,
  share: number,
  nowMs: number,
): ShownWindow | null {
  const byMs = Math.min(share * (toMs - fromMs), Math.max(0, nowMs - toMs));
  return byMs === 0 ? null : { fromMs: fromMs + byMs, toMs: toMs + byMs };
}

/** A window twice as long around the same middle, to the present and 31 days at most. */
export function widenWindow({ fromMs, toMs }: ShownWindow, nowMs: number): ShownWindow {
  const halfMs = (toMs - fromMs) / 2;
  const endMs = Math.min(nowMs, toMs + halfMs);
  return { fromMs: Math.max(fromMs - halfMs, endMs - MAX_WINDOW_MS), toMs: endMs };
}
