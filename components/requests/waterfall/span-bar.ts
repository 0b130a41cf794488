// Pure: runs in browsers too.
import type { LogRow, SpanRow } from '@/lib/requests/contract';
import type { Axis } from '@/lib/requests/view/axis';
import { formatDuration } from '@/lib/time/format';
import { EXCEPTION_RECORDED, NO_END } from '../outcome-text';
import {
  hasRoomAfter,
  instantPosition,
  intervalPosition,
  shortTextPosition,
  type Position,
} from './bar-position';
import type { SpanTable } from './span-table';

/** More dots than this on one bar say nothing. */
const MAX_LOG_DOTS = 24;
/** The usual duration is drawn where the span took more than so many times as long. */
const NOTABLY_SLOWER = 2;

/** Said in the place of the bar of a span whose times cannot be true. */
export const NO_PLACE = 'no place in time';

/** What is drawn on the time axis for one span. */
export interface SpanBar {
  /** Undefined when nothing of the span is in what is shown. */
  readonly bar: Position | undefined;
  /** Where the span stood on the clock of its host, when that differs. */
  readonly rawBar: Position | undefined;
  /** The usual duration, on a slow culprit. */
  readonly normal: { readonly position: Position | undefined; readonly title: string } | undefined;
  readonly logDots: readonly LogDot[];
  readonly text: string;
  readonly textPosition: Position;
  readonly failed: boolean;
  readonly hasException: boolean;
  readonly ended: boolean;
  readonly critical: boolean;
  readonly culprit: 'failed' | 'slow' | undefined;
}

interface LogDot {
  readonly id: string;
  readonly level: LogRow['level'];
  readonly position: Position;
}

export interface SpanBarOptions {
  readonly isCulprit: boolean;
  readonly showRawBar: boolean;
  readonly logs: readonly LogRow[];
}

export function spanBar(
  table: SpanTable,
  position: number,
  axis: Axis,
  options: SpanBarOptions,
): SpanBar {
  const span = table.span(position);
  const [startNs, durationNs] = [table.startNs(position), table.durationNs(position)];
  const failed = table.failed(position);
  const normalNs = options.isCulprit && !failed ? notableNormalNs(span, durationNs) : undefined;
  const timed = table.timed(position);
  const bar = timed ? intervalPosition(axis, startNs, durationNs) : undefined;
  return {
    bar,
    rawBar: options.showRawBar ? rawBar(axis, span, startNs, durationNs) : undefined,
    normal:
      normalNs === undefined
        ? undefined
        : {
            position: intervalPosition(axis, startNs, normalNs),
            title: `normally ${formatDuration(normalNs)}`,
          },
    logDots: bar ? logDots(axis, options.logs) : [],
    text: timed
      ? barText(axis, startNs, durationNs, {
          normalNs,
          hasException: table.hasException(position),
          ended: table.ended(position),
        })
      : NO_PLACE,
    textPosition: shortTextPosition(axis, startNs, durationNs),
    failed,
    hasException: table.hasException(position),
    ended: table.ended(position),
    critical: table.critical(position),
    culprit: culpritState(options.isCulprit, failed || table.hasException(position)),
  };
}

function culpritState(isCulprit: boolean, failed: boolean): SpanBar['culprit'] {
  if (!isCulprit) return undefined;
  return failed ? 'failed' : 'slow';
}

function notableNormalNs(span: SpanRow | undefined, durationNs: number): number | undefined {
  const normalNs = span?.normalNs ?? null;
  if (normalNs === null || normalNs * NOTABLY_SLOWER >= durationNs) return undefined;
  return normalNs;
}

function rawBar(
  axis: Axis,
  span: SpanRow | undefined,
  startNs: number,
  durationNs: number,
): Position | undefined {
  if (!span || span.skewNs === 0) return undefined;
  return intervalPosition(axis, startNs - span.skewNs, durationNs);
}

function logDots(axis: Axis, logs: readonly LogRow[]): LogDot[] {
  return logs.slice(0, MAX_LOG_DOTS).flatMap(({ id, level, offsetNs }) => {
    const position = instantPosition(axis, offsetNs);
    return position ? [{ id, level, position }] : [];
  });
}

interface BarFacts {
  readonly normalNs: number | undefined;
  readonly hasException: boolean;
  readonly ended: boolean;
}

/** "46 ms", with an arrow to a bar that is outside of what is shown. */
function barText(
  axis: Axis,
  startNs: number,
  durationNs: number,
  { normalNs, hasException, ended }: BarFacts,
): string {
  const duration = ended ? formatDuration(durationNs) : NO_END;
  const endNs = startNs + durationNs;
  if (startNs > axis.to) return `→ ${duration}`;
  if (endNs < axis.from) return `← ${duration}`;
  if (!hasRoomAfter(axis, endNs)) return duration;
  if (hasException) return `${duration}, ${EXCEPTION_RECORDED}`;
  return normalNs === undefined ? duration : `${duration}, normally ${formatDuration(normalNs)}`;
}
