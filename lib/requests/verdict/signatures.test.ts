import { expect, test } from 'vitest';
import { asCorrelationId, asTraceId } from '@/lib/correlation-id/grammar';
import type { FailedRequest } from '@/lib/telemetry/model';
import { epochNs } from '@/lib/time/units';
import { groupBySignature } from './signatures';

test('failures group by what failed, with numbers taken out', () => {
  const root = (id: number, minute: number, name: string) => ({
    traceId: asTraceId(String(id))!,
    correlationId: undefined,
    service: 'edge',
    name: 'POST /',
    startNs: epochNs(BigInt(minute) * 60_000_000_000n),
    durationNs: 1n,
    outcome: 'failed' as const,
    ended: true,
    status: '500',
    culprit: { service: 'shop', name, errorType: 'E' },
  });
  const groups = groupBySignature(
    [root(1, 1, 'job 12345'), root(2, 30, 'job 67890'), root(3, 59, 'other')],
    { startNs: epochNs(0n), endNs: epochNs(3_600_000_000_000n) },
  );
  expect(groups.map((group) => [group.signature, group.count])).toEqual([
    ['shop · job N · E', 2],
    ['shop · other · E', 1],
  ]);
  expect(groups[0]!.trend).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
});

const window = { startNs: epochNs(0n), endNs: epochNs(12_000_000_000n) };
const failure = (second: number, more: Partial<FailedRequest> = {}): FailedRequest => ({
  traceId: asTraceId(String(second + 1))!,
  correlationId: undefined,
  service: 'edge',
  name: 'GET /',
  startNs: epochNs(BigInt(second) * 1_000_000_000n),
  durationNs: 1n,
  outcome: 'failed',
  ended: true,
  status: '500',
  culprit: undefined,
  ...more,
});

test('a failure whose spans were not read is counted as that, by its root', () => {
  expect(groupBySignature([failure(1), failure(2, { status: '' })], window)).toMatchObject([
    {
      signature: 'edge · GET / · cause not read',
      errorType: 'cause not read',
      count: 2,
      outcome: 'edge GET / fails',
    },
  ]);
});
test('a group tells its newest member, and since when it is', () => {
  const culprit = { service: 'shop', name: 'reserve', errorType: 'E' };
  const newest = failure(9, { culprit, correlationId: asCorrelationId('order-2026-1122')! });
  const [group] = groupBySignature(
    [failure(5, { culprit }), newest, failure(1, { culprit, service: 'other' })],
    window,
  );
  expect(group).toMatchObject({
    service: 'shop',
    operation: 'reserve',
    errorType: 'E',
    outcome: 'edge GET / answers 500',
    count: 3,
    firstSeen: '1970-01-01T00:00:01.000000000Z',
    lastSeen: '1970-01-01T00:00:09.000000000Z',
    example: 'order-2026-1122',
  });
});
test('the example without a correlation id is the trace', () =>
  expect(groupBySignature([failure(1)], window)[0]!.example).toBe(failure(1).traceId));
test('the most frequent comes first, then what was seen last', () => {
  const named = (second: number, name: string) => failure(second, { name });
  const groups = groupBySignature(
    [named(1, 'a'), named(5, 'b'), named(3, 'c'), named(2, 'd'), named(4, 'd')],
    window,
  );
  expect(groups.map(({ operation }) => operation)).toEqual(['d', 'b', 'c', 'a']);
});
test('the trend counts what starts outside of the window to its nearest part', () => {
  const shifted = { startNs: epochNs(6_000_000_000n), endNs: epochNs(18_000_000_000n) };
  const [group] = groupBySignature(
    [failure(1), failure(6), failure(7), failure(17), failure(30)],
    shifted,
  );
  expect(group!.trend).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
});
