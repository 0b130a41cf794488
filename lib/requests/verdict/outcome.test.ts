import { expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import { span } from '../correlation/spans.fixture';
import { attemptCount, outcomeRoot } from './outcome';

const rootIdOf = (spans: Span[]) => {
  const request = correlate(spans, []);
  return Number(`0x${request.tree.nodes[outcomeRoot(request)]!.span.spanId}`);
};
const pay = { kind: 'server', name: 'POST /pay', status: 'error' } as const;

test('the outcome is that of the first lane', () =>
  expect(rootIdOf([span(1, undefined, 0, 9), span(2, undefined, 20, 30, { trace: 2 })])).toBe(1));
test('of attempts of the first operation the last decides, whatever else was tried again', () => {
  const refund = { ...pay, name: 'POST /refund' };
  expect(
    rootIdOf([
      span(1, undefined, 0, 10, { ...pay, trace: 1 }),
      span(2, undefined, 20, 30, { ...pay, trace: 2 }),
      span(3, undefined, 40, 50, { ...refund, trace: 3 }),
      span(4, undefined, 60, 70, { ...refund, trace: 4 }),
      span(5, undefined, 80, 90, { trace: 5 }),
    ]),
  ).toBe(2);
});
test('a lane beside the attempts, of the same operation, does not decide', () => {
  const atTheSameTime = span(3, undefined, 25, 28, { ...pay, status: 'unset', trace: 3 });
  expect(
    rootIdOf([
      span(1, undefined, 0, 10, { ...pay, trace: 1 }),
      span(2, undefined, 20, 30, { ...pay, trace: 2 }),
      atTheSameTime,
    ]),
  ).toBe(2);
});
test('a lane that another set off is not the first, though its clock says so', () => {
  const producer = span(2, 1, 100, 110, { kind: 'producer' });
  const { traceId, spanId } = producer;
  const links = [{ traceId, spanId, attributes: {} }];
  const early = span(3, undefined, 0, 10, { trace: 2, kind: 'consumer', links });
  expect(rootIdOf([span(1, undefined, 90, 120), producer, early])).toBe(1);
});
test('attempts are counted among siblings and among lanes', () => {
  const call = { name: 'GET /', kind: 'client', status: 'error' } as const;
  const siblings = [1, 2, 3].map((id) => span(id + 1, 1, id * 10, id * 10 + 5, call));
  expect(attemptCount(correlate([span(1, undefined, 0, 90)], []))).toBe(1);
  expect(attemptCount(correlate([span(1, undefined, 0, 90), ...siblings], []))).toBe(3);
});
