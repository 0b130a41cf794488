import { expect, test } from 'vitest';
import { asCorrelationId, asTraceId } from '@/lib/correlation-id/grammar';
import type { RootSummary } from '@/lib/telemetry/model';
import { epochNs } from '@/lib/time/units';
import { groupByOperation, signatureOfOperation } from './operation-groups';

const window = { startNs: epochNs(0n), endNs: epochNs(12_000_000_000n) };
const root = (second: number, ms: number, more: Partial<RootSummary> = {}): RootSummary => ({
  traceId: asTraceId(String(second + 1))!,
  correlationId: undefined,
  service: 'edge',
  name: 'GET /',
  startNs: epochNs(BigInt(second) * 1_000_000_000n),
  durationNs: BigInt(ms) * 1_000_000n,
  outcome: 'good',
  ended: true,
  status: '200',
  ...more,
});
const grouped = (...roots: RootSummary[]) => groupByOperation(roots, window, 'slow');

test('requests group by the operation they began with, in whatever order they came', () => {
  const correlationId = asCorrelationId('order-4711')!;
  expect(grouped(root(5, 20), root(9, 10), root(1, 30, { correlationId }), root(7, 25))).toEqual([
    {
      signature: 'edge · GET / · slow',
      service: 'edge',
      operation: 'GET /',
      errorType: 'slow',
      outcome: 'took up to 30 ms',
      count: 4,
      firstSeen: '1970-01-01T00:00:01.000000000Z',
      lastSeen: '1970-01-01T00:00:09.000000000Z',
      trend: [0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0],
      example: 'order-4711',
    },
  ]);
});
test('the example of a group is its slowest request, by its trace where it has no id', () => {
  expect(grouped(root(1, 10), root(2, 30), root(3, 20))[0]!.example).toBe(asTraceId('3'));
});
test('the operation with most requests comes first', () => {
  const other = { name: 'GET /other' };
  const names = (...roots: RootSummary[]) => grouped(...roots).map(({ operation }) => operation);
  expect(names(root(1, 10), root(2, 10, other), root(3, 10, other))).toEqual([
    'GET /other',
    'GET /',
  ]);
  expect(names(root(2, 10, other), root(3, 10, other), root(1, 10))).toEqual([
    'GET /other',
    'GET /',
  ]);
});
test('the signature of an operation is that of a verdict on it', () =>
  expect(signatureOfOperation({ service: 'edge', name: 'job 12345' }, 'slow')).toBe(
    'edge · job N · slow',
  ));
