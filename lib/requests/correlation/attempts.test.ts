import { describe, expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { laneAttempts, siblingAttempts, type LaneRoot } from './attempts';
import { exception, span } from './spans.fixture';
import { buildTree, childrenOf } from './tree';

const call = { name: 'GET /', kind: 'client', status: 'error' } as const;
const attemptsOf = (first: Partial<Span>, second: Partial<Span>, startMs = 20) => {
  const { nodes } = buildTree([
    span(1, undefined, 0, 100),
    span(2, 1, 0, 10, { ...call, ...first }),
    span(3, 1, startMs, 30, { ...call, ...second }),
  ]);
  return siblingAttempts(nodes, childrenOf(nodes)).map(({ members }) => members);
};

test('a call made again from the end of the failed one on is an attempt', () => {
  expect(attemptsOf({}, {})).toEqual([[1, 2]]);
  expect(attemptsOf({}, {}, 10)).toEqual([[1, 2]]);
  expect(attemptsOf({}, {}, 9)).toEqual([]);
});
test('a call made again after a success is none', () =>
  expect(attemptsOf({ status: 'ok' }, {})).toEqual([]));
test('a call made again after an exception without a status is an attempt', () =>
  expect(attemptsOf({ status: 'unset', events: exception('Boom') }, {})).toEqual([[1, 2]]));
test('steps of a framework are no attempts, nor are messages of ASGI', () => {
  const send = { name: 'GET /offer http send', kind: 'internal' } as const;
  expect(attemptsOf(send, send)).toEqual([]);
  const layer = { kind: 'internal', attributes: { 'express.type': 'middleware' } } as const;
  expect(attemptsOf(layer, layer)).toEqual([]);
});
test('only calls and internal work are tried again', () => {
  const both = (kind: Span['kind']) => attemptsOf({ kind }, { kind });
  expect(both('internal')).toEqual([[1, 2]]);
  for (const kind of ['server', 'producer', 'consumer'] as const) expect(both(kind)).toEqual([]);
});
test('another operation, service or kind is another call', () => {
  for (const other of [{ name: 'GET /b' }, { service: 'bank' }, { kind: 'internal' } as const])
    expect(attemptsOf({}, other)).toEqual([]);
});

describe('traces of one operation', () => {
  const root = (start: number, end: number, more: Partial<LaneRoot> = {}): LaneRoot => ({
    operation: 'shop\nPOST /pay',
    linked: false,
    failed: true,
    start,
    end,
    ...more,
  });
  const numbers = (...roots: LaneRoot[]) =>
    laneAttempts(roots).map((attempt) => attempt && `${attempt.number}/${attempt.of}`);

  test('are attempts as long as the one before failed, and ended before the next began', () => {
    expect(numbers(root(0, 10), root(10, 20), root(30, 40))).toEqual(['1/3', '2/3', '3/3']);
    expect(numbers(root(0, 10), root(9, 20))).toEqual([null, null]);
    expect(numbers(root(0, 10), root(20, 30, { failed: false }), root(40, 50))).toEqual([
      '1/2',
      '2/2',
      null,
    ]);
  });
  test('go on from the newest run of them, with others in between', () => {
    const other = { operation: 'bank\nPOST /pay' };
    expect(
      numbers(
        root(0, 10, { failed: false }),
        root(20, 30),
        root(25, 35, other),
        root(40, 50),
        root(60, 70, other),
      ),
    ).toEqual([null, '1/2', '1/2', '2/2', '2/2']);
  });
  test('are none where another trace started them', () => {
    const linked = { linked: true };
    expect(numbers(root(0, 10), root(20, 30, linked))).toEqual([null, null]);
    expect(numbers(root(0, 10, linked), root(20, 30))).toEqual([null, null]);
    expect(numbers(root(0, 10), root(20, 30, linked), root(40, 50))).toEqual(['1/2', null, '2/2']);
  });
  test('nothing has none', () => expect(numbers()).toEqual([]));
});
test('attempts made again and again are told apart by the success between them', () => {
  const { nodes } = buildTree([
    span(1, undefined, 0, 100),
    span(2, 1, 0, 10, call),
    span(3, 1, 12, 20, { ...call, status: 'ok' }),
    span(4, 1, 30, 40, call),
    span(5, 1, 45, 50, call),
  ]);
  expect(siblingAttempts(nodes, childrenOf(nodes))).toEqual([
    { members: [1, 2], parent: 0, backoffNs: [2e6] },
    { members: [3, 4], parent: 0, backoffNs: [5e6] },
  ]);
});
