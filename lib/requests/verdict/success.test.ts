import { expect, test } from 'vitest';
import { correlate } from '../correlation/correlate';
import { span } from '../correlation/spans.fixture';
import { quietContext } from './context.fixture';
import { success } from './success';

test('a success tells what failed on the way, and whether it was tried again', () => {
  const swallowed = correlate(
    [span(1, undefined, 0, 90), span(2, 1, 1, 2, { status: 'error' })],
    [],
  );
  expect(success(swallowed, 0, quietContext)).toMatchObject({
    failedSpans: 1,
    retried: false,
    followUps: [],
  });
  const pay = { kind: 'server', name: 'POST /pay' } as const;
  const lanes = correlate(
    [
      span(1, undefined, 0, 10, { ...pay, status: 'error', trace: 1 }),
      span(2, undefined, 20, 30, { ...pay, trace: 2 }),
    ],
    [],
  );
  expect(success(lanes, 1, quietContext)).toMatchObject({ retried: true });
  const call = { name: 'GET /', kind: 'client' } as const;
  const siblings = correlate(
    [
      span(1, undefined, 0, 90),
      span(2, 1, 1, 2, { ...call, status: 'error' }),
      span(3, 1, 3, 4, call),
    ],
    [],
  );
  expect(success(siblings, 0, quietContext)).toMatchObject({ retried: true });
});
test('what followed tells its queue, its wait and how long it took', () => {
  const attributes = { 'messaging.destination.name': 'orders' };
  const producer = span(2, 1, 5, 6, { kind: 'producer', attributes });
  const { traceId, spanId } = producer;
  const links = [{ traceId, spanId, attributes: {} }];
  const worker = span(3, undefined, 46, 55, { trace: 2, links });
  const request = correlate([span(1, undefined, 0, 10), producer, worker], []);
  expect(success(request, 0, quietContext)).toMatchObject({
    followUps: [{ span: worker, queue: 'orders', waitNs: 40e6, durationNs: 9e6 }],
  });
});
