import { expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { siblingAttempts } from './attempts';
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
