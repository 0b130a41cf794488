import { describe, expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import { exception, span } from '../correlation/spans.fixture';
import { culpritIn, strandOf, strandsBeside } from './strands';

const failed = { status: 'error' } as const;
const root = span(1, undefined, 0, 10, { kind: 'server' });
const send = span(2, 1, 1, 2, { kind: 'producer' });
const take = (id: number, from: number, to: number, more: Partial<Span> = {}) =>
  span(id, 2, from, to, { kind: 'consumer', name: 'process', service: 'worker', ...more });
const beside = (...spans: Span[]) => {
  const request = correlate(spans, []);
  return strandsBeside(request, 0).map(({ root: index }) =>
    Number(`0x${request.tree.nodes[index]!.span.spanId}`),
  );
};

test('the strand of the first operation is its lane', () => {
  const request = correlate([span(5, undefined, -5, -1, { trace: 2 }), root, send], []);
  expect(strandOf(request, 1)).toEqual({ root: 1, from: 1, to: 3, isSetOff: false });
});
describe('beside it are', () => {
  test('lanes, with what set them off', () => {
    const links = [{ traceId: send.traceId, spanId: send.spanId, attributes: {} }];
    const request = correlate(
      [
        root,
        send,
        span(3, undefined, 20, 30, { trace: 2, name: 'a', links }),
        span(4, undefined, 20, 30, { trace: 3, name: 'b' }),
      ],
      [],
    );
    expect(strandsBeside(request, 0)).toEqual([
      { root: 2, from: 2, to: 3, isSetOff: true },
      { root: 3, from: 3, to: 4, isSetOff: false },
    ]);
  });
  test('no lanes that were tried again', () => {
    const job = { name: 'job', ...failed };
    expect(
      beside(
        root,
        span(3, undefined, 20, 30, { trace: 2, ...job }),
        span(4, undefined, 40, 50, { trace: 3, ...job }),
      ),
    ).toEqual([4]);
  });
  test('consumers below their producer', () => {
    expect(beside(root, send, take(3, 20, 30))).toEqual([3]);
    const request = correlate([root, send, take(3, 20, 30), span(4, 3, 21, 22)], []);
    expect(strandsBeside(request, 0)).toEqual([{ root: 2, from: 2, to: 4, isSetOff: true }]);
  });
  test('no consumers elsewhere, and nothing else below a producer', () => {
    expect(beside(root, span(3, 1, 20, 30, { kind: 'consumer' }))).toEqual([]);
    expect(beside(root, send, take(3, 1, 2, { kind: 'client' }))).toEqual([]);
  });
  test('of a message that was taken again after that the last', () => {
    expect(beside(root, send, take(3, 20, 30), take(4, 40, 50))).toEqual([4]);
    expect(beside(root, send, take(3, 20, 30), take(4, 25, 50))).toEqual([3, 4]);
    expect(beside(root, send, take(3, 20, 30), take(4, 40, 50, { name: 'x' }))).toEqual([3, 4]);
    expect(beside(root, send, take(3, 20, 30), take(4, 40, 50, { service: 'x' }))).toEqual([3, 4]);
  });
});
test('the culprit of a range is looked for in it alone, and told among all', () => {
  const request = correlate(
    [
      root,
      send,
      take(3, 20, 30, failed),
      span(4, 3, 21, 22, { ...failed, events: exception('Boom') }),
      span(5, 1, 3, 4, { ...failed, events: exception('Other') }),
    ],
    [],
  );
  expect(culpritIn(request, { from: 2, to: 4 })).toMatchObject({
    index: 3,
    span: { name: 'work 4' },
    evidence: { name: 'work 4' },
  });
  expect(culpritIn(request, { from: 0, to: 1 })).toBeUndefined();
});
