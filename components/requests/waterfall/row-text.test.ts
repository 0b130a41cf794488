import { expect, test } from 'vitest';
import { lane, ms, spanRow } from '../request.fixture';
import {
  attemptsText,
  laneDuration,
  laneLabel,
  laneNote,
  missingConsumerText,
  skewBadge,
  spanLabel,
} from './row-text';
import type { AttemptsAnnotation, MissingConsumer } from './rows';

test('a lane says its outcome, its attempt and its wait', () => {
  const retried = lane('a', {
    service: 'worker',
    state: 'failed',
    durationNs: ms(612),
    attempt: { number: 2, of: 3 },
    wait: { span: 'a.1', queue: 'orders', startOffsetNs: 0, durationNs: ms(1200) },
  });
  expect(laneLabel(retried, 1, 3)).toBe(
    'Lane 2 of 3, worker, failed, 612 ms, attempt 2 of 3, waited 1.2 s in queue orders',
  );
});

test('a lane whose queue has no name still waited', () => {
  const waited = { span: 'a.1', queue: '', startOffsetNs: 0, durationNs: ms(300) };
  expect(laneNote(lane('a', { wait: waited }))).toBe('waited 300 ms');
  expect(laneNote(lane('a'))).toBe('');
});

test('a span is read with operation, outcome, duration, start and attempt', () => {
  const span = spanRow('a', { name: 'reserve', attempt: { number: 2, of: 3 } });
  const facts = {
    service: 'inventory',
    failed: true,
    hasException: false,
    ended: true,
    startNs: ms(1200),
    durationNs: ms(612),
    timed: true,
  };
  expect(spanLabel({ ...facts, span })).toBe(
    'inventory reserve, failed, 612 ms, starts 1.200 s, attempt 2 of 3',
  );
  expect(spanLabel({ ...facts, span: undefined, failed: false })).toBe(
    'inventory , 612 ms, starts 1.200 s',
  );
  expect(spanLabel({ ...facts, span, timed: false })).toBe(
    'inventory reserve, failed, no place in time, attempt 2 of 3',
  );
  expect(
    spanLabel({ ...facts, span, failed: false, hasException: true, ended: false, durationNs: 0 }),
  ).toBe('inventory reserve, exception recorded, no end received, starts 1.200 s, attempt 2 of 3');
});

test('a lane of which no end was received took so long at least, and is no success', () => {
  const open = lane('a', { state: 'unfinished', durationNs: ms(50) });
  expect(laneDuration(open)).toBe('over 50 ms');
  expect(laneDuration({ ...open, durationNs: 0 })).toBe('');
  expect(laneLabel(open, 0, 2)).toBe('Lane 1 of 2, checkout, no end received, over 50 ms');
  expect(laneNote(open)).toBe('no end received');
  const unknown = lane('a', { state: 'unknown' });
  expect(laneLabel(unknown, 0, 2)).toBe('Lane 1 of 2, checkout, outcome unknown, 100 ms');
});

test('a clock that runs ahead is told from one that runs behind', () => {
  expect(skewBadge(spanRow('a', { skewNs: ms(-4200) }))).toEqual({
    text: '+4.2 s',
    title: 'The clock of checkout-7c runs 4.2 s ahead',
  });
  expect(skewBadge(spanRow('a', { skewNs: ms(4200) }))?.text).toBe('−4.2 s');
  expect(skewBadge(spanRow('a'))).toBeNull();
});

test('attempts are counted, with the time between them', () => {
  const attempts = { spans: ['a', 'b', 'c'], backoffNs: [ms(100), ms(200)] };
  expect(attemptsText(attempts as unknown as AttemptsAnnotation)).toBe(
    '3 attempts, backoff 100, 200 ms',
  );
});

test('a consumer that is absent is told from one that may still come', () => {
  const missing = { message: 'order.created', queue: 'orders', expected: true };
  expect(missingConsumerText(missing as MissingConsumer)).toBe(
    'Not seen: a consumer of order.created from queue orders',
  );
  expect(missingConsumerText({ ...missing, queue: '', expected: false } as MissingConsumer)).toBe(
    'Not seen yet: a consumer of order.created',
  );
});
