import { expect, test } from 'vitest';
import { asCorrelationId, asSpanId, asTraceId } from '@/lib/correlation-id/grammar';
import { epochNs, HOUR_MS, MINUTE_MS, msToNs } from '@/lib/time/units';
import type { LogLine, Span } from '../model';
import { timeRejection } from './time-rejection';

const NOW = Date.UTC(2026, 10, 25);
const RETENTION_HOURS = 72;

const base: Span = {
  traceId: asTraceId('1')!,
  spanId: asSpanId('1')!,
  parentSpanId: undefined,
  name: 'work',
  kind: 'server',
  startNs: msToNs(NOW),
  endNs: msToNs(NOW),
  ended: true,
  status: 'unset',
  outcome: 'good',
  statusMessage: '',
  service: 'shop',
  attributes: { correlation_id: 'order-2026-1122' },
  resource: {},
  scope: '',
  events: [],
  links: [],
};
const line: Omit<LogLine, 'id'> = {
  timeNs: msToNs(NOW),
  level: 'info',
  body: '',
  service: 'shop',
  traceId: asTraceId('1'),
  spanId: undefined,
  correlationId: asCorrelationId('order-2026-1122'),
  attributes: {},
  resource: {},
};

const rejectionOf = (item: Span | Omit<LogLine, 'id'>) => timeRejection(item, RETENTION_HOURS, NOW);
const spanAt = (startNs: bigint) => ({ ...base, startNs: epochNs(startNs) });

test.each([
  ['now', 0],
  ['at the end of retention', -RETENTION_HOURS * HOUR_MS],
  ['ten minutes ahead', 10 * MINUTE_MS],
])('a span and a line of %s are kept', (_, shiftMs) => {
  const timeNs = msToNs(NOW + shiftMs);
  expect(rejectionOf({ ...base, startNs: timeNs, endNs: timeNs })).toBeUndefined();
  expect(rejectionOf({ ...line, timeNs })).toBeUndefined();
});

test.each([
  ['milliseconds', BigInt(NOW)],
  ['milliseconds', BigInt(NOW - 400 * 24 * HOUR_MS)],
  ['microseconds', BigInt(NOW) * 1_000n],
  ['seconds', BigInt(NOW / 1000)],
])('a start in %s is named as what it is', (unit, startNs) => {
  expect(rejectionOf(spanAt(startNs))).toEqual({
    reason: 'time_unit',
    sentence: `a span has a start that looks like ${unit}, not nanoseconds`,
    traceId: base.traceId,
    correlationId: 'order-2026-1122',
  });
  expect(rejectionOf({ ...line, timeNs: epochNs(startNs) })).toMatchObject({
    reason: 'time_unit',
    sentence: `a log record has a time that looks like ${unit}, not nanoseconds`,
    traceId: line.traceId,
    correlationId: line.correlationId,
  });
});

test.each([1_000n, msToNs(NOW - RETENTION_HOURS * HOUR_MS) - 1n])(
  'an older time in nanoseconds is too old: %s',
  (startNs) =>
    expect(rejectionOf(spanAt(startNs))).toMatchObject({
      reason: 'too_old',
      sentence: 'a span is older than the retention of 72 h',
    }),
);

test.each([
  ['is', { startNs: epochNs(msToNs(NOW + 10 * MINUTE_MS) + 1n) }],
  ['ends', { endNs: epochNs(msToNs(NOW + 10 * MINUTE_MS) + 1n) }],
])('a span that %s over ten minutes ahead is rejected', (verb, times) =>
  expect(rejectionOf({ ...base, ...times })).toMatchObject({
    reason: 'too_far_ahead',
    sentence: `a span ${verb} more than 10 min in the future`,
  }),
);
