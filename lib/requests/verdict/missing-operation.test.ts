import { expect, test } from 'vitest';
import { correlate } from '../correlation/correlate';
import { span } from '../correlation/spans.fixture';
import { quietContext } from './context.fixture';
import { missingOperation } from './missing-operation';

const request = correlate(
  [span(1, undefined, 0, 50, { kind: 'server' }), span(2, 1, 10, 30, { kind: 'producer' })],
  [],
);
const found = (nowMs: number, consumed = 20) =>
  missingOperation(request, 0, {
    ...quietContext,
    consumedBefore: () => consumed,
    usualWaitNs: () => 5,
    nowOffset: nowMs * 1e6,
  });

test('a message is missed from half a minute after it was sent on', () => {
  expect(found(30_030)).toMatchObject({ waitedNs: 30_000e6, usualNs: 5, message: 'work 2' });
  expect(found(30_029)).toBeUndefined();
});
test('a message is missed where twenty were consumed before', () => {
  expect(found(60_000, 20)).toBeDefined();
  expect(found(60_000, 19)).toBeUndefined();
});
test('who answered is the first operation', () => expect(found(60_000)?.first.name).toBe('work 1'));
