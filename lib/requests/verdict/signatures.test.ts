import { expect, test } from 'vitest';
import { asTraceId } from '@/lib/correlation-id/grammar';
import { epochNs } from '@/lib/time/units';
import { groupBySignature, signatureText } from './signatures';

test('failures group by what failed, with numbers taken out', () => {
  const root = (id: number, minute: number, name: string) => ({
    traceId: asTraceId(String(id))!,
    correlationId: undefined,
    service: 'edge',
    name: 'POST /',
    startNs: epochNs(BigInt(minute) * 60_000_000_000n),
    durationNs: 1n,
    failed: true,
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
  expect(signatureText('a', 'b', 'c')).toBe('a · b · c');
});
