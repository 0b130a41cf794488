import type { CorrelationId, TraceId } from '@/lib/correlation-id/grammar';

/** Why something that was sent over OTLP is not kept. The code is closed; words are made here. */
export const REJECTION_REASONS = [
  'unreadable',
  'other_signal',
  'unknown_shape',
  'invalid_id',
  'invalid_time',
  'time_unit',
  'too_old',
  'too_far_ahead',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export type Signal = 'traces' | 'logs';

/** One span, log record, or group of them that is not kept. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** For the sender: what is wrong with it. */
  readonly sentence: string;
  /** What it belongs to, as far as that could be read. */
  readonly traceId?: TraceId | undefined;
  readonly correlationId?: CorrelationId | undefined;
}

const ITEMS: Readonly<Record<Signal, { readonly one: string; readonly many: string }>> = {
  traces: { one: 'span', many: 'spans' },
  logs: { one: 'log record', many: 'log records' },
};

/** What a rejected item is called: "1 span", "3 log records". */
export const countedItems = (signal: Signal, count: number): string =>
  `${count} ${count === 1 ? ITEMS[signal].one : ITEMS[signal].many}`;

/** A rejection of one item, worded for its sender. @param detail ends the sentence */
export function rejectItem(
  signal: Signal,
  reason: RejectionReason,
  detail: string,
  ids: Pick<Rejection, 'traceId' | 'correlationId'> = {},
): Rejection {
  return { reason, sentence: `a ${ITEMS[signal].one} ${detail}`, ...ids };
}

const SUMMARIES: Readonly<Record<RejectionReason, string>> = {
  unreadable: 'their bytes could not be read',
  other_signal: 'they are of another signal',
  unknown_shape: 'they had not the shape of OTLP',
  invalid_id: 'a trace or span id was not valid',
  invalid_time: 'a time was not valid',
  time_unit: 'a time was not in nanoseconds',
  too_old: 'they were older than the retention',
  too_far_ahead: 'a time lay more than 10 min ahead',
};

/** "3 spans were rejected when they came: a time was not in nanoseconds", for the ledger. */
export function rejectionSummary(signal: Signal, reason: RejectionReason, count: number): string {
  const were = count === 1 ? 'was' : 'were';
  return `${countedItems(signal, count)} ${were} rejected when sent: ${SUMMARIES[reason]}`;
}
