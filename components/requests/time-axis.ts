// Pure: runs in browsers too.
import type { RequestView } from '@/lib/requests/contract';
import { foldGaps, type Segment } from '@/lib/requests/view/axis';

/** A folded gap takes this share of the width. */
export const FOLD_SHARE = 0.035;

type Interval = readonly [from: number, to: number];

/** When something happens: lanes as wholes, and log lines of their own. */
function busyIntervals({ lanes, logs }: Pick<RequestView, 'lanes' | 'logs'>): Interval[] {
  return [
    ...lanes.map((lane): Interval => [lane.startOffsetNs, lane.startOffsetNs + lane.durationNs]),
    ...logs.map((log): Interval => [log.offsetNs, log.offsetNs]),
  ];
}

/** The time axis in pieces: long empty gaps are folded, unless time is to be drawn to scale. */
export function axisSegments(
  view: Pick<RequestView, 'lanes' | 'logs'>,
  durationNs: number,
  gaps: 'fold' | 'linear',
): readonly Segment[] {
  if (gaps === 'linear') return [{ from: 0, to: durationNs, folded: false }];
  return foldGaps(busyIntervals(view), 0, durationNs);
}
