import { describe, expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import { exception, span } from '../correlation/spans.fixture';
import { quietContext } from './context.fixture';
import { errorPath } from './error-path';

const idOf = ({ spanId }: Span) => Number(`0x${spanId}`);
const failed = { status: 'error' } as const;
const status = (code: number) => ({ attributes: { 'http.response.status_code': code } });
const found = (spans: Span[], root = 0) => {
  const finding = errorPath(correlate(spans, []), root, quietContext);
  return finding?.kind === 'error-path' ? finding : undefined;
};

test('nothing failed, nothing found', () =>
  expect(found([span(1, undefined, 0, 9)])).toBeUndefined());

describe('who answered', () => {
  const outcomeOf = (...middle: Partial<Span>[]) => {
    const spans = [
      span(1, undefined, 0, 100, { service: 'edge', kind: 'server', ...failed, ...status(502) }),
      ...middle.map((more, index) => span(index + 2, index + 1, 1 + index, 99 - index, more)),
    ];
    const last = middle.length + 1;
    const culprit = { service: 'stock', kind: 'server', ...failed, ...status(502) } as const;
    const finding = found([...spans, span(last + 1, last, 20, 30, culprit)]);
    return finding && idOf(finding.outcome);
  };
  const shop = { service: 'shop', kind: 'server', ...failed, ...status(502) } as const;
  test('is the innermost failed server that gave the same status', () => {
    expect(outcomeOf(shop)).toBe(2);
    expect(outcomeOf(shop, { ...shop, service: 'cart' })).toBe(3);
  });
  test('is not one that gave another status, did not fail, is a client, or is the culprit’s', () => {
    expect(outcomeOf({ ...shop, ...status(500) })).toBe(1);
    expect(outcomeOf({ ...shop, kind: 'client' })).toBe(1);
    expect(outcomeOf({ ...shop, service: 'stock' })).toBe(1);
    expect(
      outcomeOf(shop, { ...shop, service: 'cart', status: 'unset', ...status(200) }),
    ).toBeLessThan(3);
  });
  test('is not one that recorded an exception and says that it ended well', () => {
    const first = { service: 'edge', kind: 'server', ...failed, ...status(200) } as const;
    const handled = { service: 'shop', kind: 'server', ...status(200) } as const;
    const finding = found([
      span(1, undefined, 0, 100, first),
      span(2, 1, 1, 99, { ...handled, events: exception('Handled') }),
      span(3, 2, 20, 30, { service: 'stock', kind: 'client', ...failed }),
    ]);
    expect(idOf(finding!.culprit)).toBe(3);
    expect(idOf(finding!.outcome)).toBe(1);
  });
  test('of what a message set off is not who sent the message', () => {
    const finding = found([
      span(1, undefined, 0, 100, { service: 'edge', kind: 'server' }),
      span(2, 1, 1, 99, { service: 'shop', kind: 'server', ...failed }),
      span(3, 2, 2, 3, { service: 'shop', kind: 'producer' }),
      span(4, 3, 20, 60, { service: 'mail', kind: 'consumer', ...failed }),
      span(5, 4, 30, 50, { service: 'smtp', kind: 'client', ...failed }),
    ]);
    expect(idOf(finding!.culprit)).toBe(5);
    expect(idOf(finding!.outcome)).toBe(4);
  });
});

describe('a lane that the first operation set off', () => {
  const producer = span(2, 1, 5, 6, { kind: 'producer' });
  const links = [{ traceId: producer.traceId, spanId: producer.spanId, attributes: {} }];
  const answered = span(1, undefined, 0, 10, { kind: 'server' });
  const worker = (startMs: number, more: Partial<Span> = {}) =>
    span(3, undefined, startMs, startMs + 10, { trace: 2, links, ...failed, ...more });
  test('that began when the answer was sent, failed after the answer', () => {
    expect(found([answered, producer, worker(10)])).toMatchObject({
      reachesRoot: false,
      afterAnswer: true,
    });
    expect(found([answered, producer, worker(9)])).toMatchObject({ afterAnswer: false });
  });
  test('that nothing set off, did not fail after the answer, whatever its time', () =>
    expect(found([answered, producer, worker(50, { links: [] })])).toMatchObject({
      afterAnswer: false,
    }));
  test('beside one that was set off, too', () =>
    expect(
      found([
        answered,
        producer,
        worker(20, { status: 'unset' }),
        span(4, undefined, 50, 60, { trace: 3, ...failed }),
      ]),
    ).toMatchObject({ afterAnswer: false }));
  test('that reaches the root is not told to be after the answer', () =>
    expect(
      found([span(1, undefined, 0, 10, { kind: 'server', ...failed }), producer, worker(20)]),
    ).toMatchObject({
      reachesRoot: true,
      afterAnswer: false,
    }));
  test('that succeeded is passed over for one that failed, and a failure below it is none', () => {
    const healthy = worker(20, { status: 'unset' });
    const below = span(4, 3, 21, 22, { trace: 2, ...failed });
    expect(found([answered, producer, healthy, below])).toBeUndefined();
    const other = span(5, undefined, 50, 60, { trace: 3, service: 'mail', ...failed });
    expect(found([answered, producer, healthy, below, other])?.culprit).toEqual(other);
  });
  test('that was tried again counts by its last attempt', () => {
    const job = { service: 'ci', name: 'POST /job', ...failed };
    const first = span(3, undefined, 20, 30, { trace: 2, ...job });
    const again = (more: Partial<Span>) =>
      span(4, undefined, 40, 50, { trace: 3, ...job, ...more });
    expect(found([answered, first, again({ status: 'unset' })])).toBeUndefined();
    expect(idOf(found([answered, first, again({})])!.culprit)).toBe(4);
  });
});

describe('attempts', () => {
  const call = { name: 'GET /stock', kind: 'client', ...failed } as const;
  const root = span(1, undefined, 0, 100, { kind: 'server', ...failed });
  test('count only when all failed the same way', () => {
    const boom = (type: string) => ({ ...call, events: exception(type) });
    const same = [root, span(2, 1, 10, 20, boom('A')), span(3, 1, 30, 40, boom('A'))];
    expect(found(same)).toMatchObject({ attempts: 2 });
    expect(idOf(found(same)!.culprit)).toBe(3);
    const differing = [root, span(2, 1, 10, 25, boom('A')), span(3, 1, 30, 40, boom('B'))];
    expect(found(differing)).toMatchObject({ attempts: 1 });
    expect(idOf(found(differing)!.culprit)).toBe(2);
  });
  test('look for the same failure below each attempt, not beside it', () => {
    const spans = [
      root,
      span(2, 1, 10, 20, call),
      span(3, 2, 11, 19, { service: 'stock', kind: 'server', ...failed }),
      span(4, 1, 30, 40, call),
      span(5, 1, 50, 60, { service: 'stock', kind: 'server', name: 'work 3', ...failed }),
    ];
    expect(found(spans)).toMatchObject({ attempts: 1 });
  });
});
