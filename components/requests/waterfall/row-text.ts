// Pure: runs in browsers too.
import type { Lane, SpanRow } from '@/lib/requests/contract';
import { formatDuration, formatOffset } from '@/lib/time/format';
import { EXCEPTION_RECORDED, NO_END, spanDuration } from '../outcome-text';
import type { AttemptsAnnotation, MissingConsumer } from './rows';
import { NO_PLACE } from './span-bar';

const attemptText = ({ attempt }: Pick<SpanRow, 'attempt'>): string | null =>
  attempt && `attempt ${attempt.number} of ${attempt.of}`;

const listed = (parts: readonly (string | null)[]): string => parts.filter(Boolean).join(', ');

export const laneTitle = (index: number, laneCount: number): string =>
  `Lane ${index + 1} of ${laneCount}`;

function waitText({ wait }: Lane): string | null {
  if (!wait) return null;
  const queue = wait.queue ? ` in queue ${wait.queue}` : '';
  return `waited ${formatDuration(wait.durationNs)}${queue}`;
}

/** Which attempt a lane is, and how long its message waited; empty for the first of its kind. */
export const laneNote = (lane: Lane): string =>
  listed([lane.state === 'unfinished' ? NO_END : null, attemptText(lane), waitText(lane)]);

/** "46 ms"; what has no end took so long at least. */
export function laneDuration({ state, durationNs }: Pick<Lane, 'state' | 'durationNs'>): string {
  if (state !== 'unfinished') return formatDuration(durationNs);
  return durationNs > 0 ? `over ${formatDuration(durationNs)}` : '';
}

const laneStateText = ({ state }: Lane): string => {
  if (state === 'unfinished') return NO_END;
  return state === 'unknown' ? 'outcome unknown' : state;
};

/** What a screen reader says of the header of a lane. */
export const laneLabel = (lane: Lane, index: number, laneCount: number): string =>
  listed([
    laneTitle(index, laneCount),
    lane.service,
    laneStateText(lane),
    laneDuration(lane),
    attemptText(lane),
    waitText(lane),
  ]);

/** What a screen reader says of a span; `span` is undefined while only its shape is loaded. */
export function spanLabel(facts: {
  readonly service: string;
  readonly span: SpanRow | undefined;
  readonly failed: boolean;
  readonly hasException: boolean;
  readonly ended: boolean;
  readonly startNs: number;
  readonly durationNs: number;
  readonly timed: boolean;
}): string {
  return listed([
    `${facts.service} ${facts.span?.name ?? ''}`,
    facts.failed ? 'failed' : null,
    facts.hasException ? EXCEPTION_RECORDED : null,
    ...(facts.timed
      ? [spanDuration(facts), `starts ${formatOffset(facts.startNs).slice(1)}`]
      : [NO_PLACE]),
    facts.span ? attemptText(facts.span) : null,
  ]);
}

/** "+4.2 s": how far the clock of the span's host is ahead. */
export function skewBadge(span: SpanRow): { text: string; title: string } | null {
  if (span.skewNs === 0) return null;
  const ahead = span.skewNs < 0;
  const duration = formatDuration(Math.abs(span.skewNs));
  return {
    text: `${ahead ? '+' : '−'}${duration}`,
    title: `The clock of ${span.host} runs ${duration} ${ahead ? 'ahead' : 'behind'}`,
  };
}

const milliseconds = (ns: number): number => Math.round(ns / 1e6);

/** "3 attempts, backoff 100, 200 ms" */
export function attemptsText({ spans, backoffNs }: AttemptsAnnotation): string {
  return `${spans.length} attempts, backoff ${backoffNs.map(milliseconds).join(', ')} ms`;
}

/** Absent and not yet there are different words. */
export function missingConsumerText({ expected, message, queue }: MissingConsumer): string {
  const from = queue ? ` from queue ${queue}` : '';
  return `Not seen${expected ? '' : ' yet'}: a consumer of ${message}${from}`;
}
