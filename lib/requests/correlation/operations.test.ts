import { expect, test } from 'vitest';
import { correlate } from './correlate';
import { operationsOf } from './operations';
import { exception, span } from './spans.fixture';

/** The time of its own that the first span has, from 0 to 100 ms, by its children. */
const ownTimeMs = (...children: readonly (readonly [number, number])[]) => {
  const spans = [
    span(1, undefined, 0, 100, { name: 'parent' }),
    ...children.map(([from, to], index) => span(index + 2, 1, from, to, { name: 'child' })),
  ];
  return operationsOf(correlate(spans, [])).find(({ name }) => name === 'parent')!.selfNs / 1e6;
};

test('an operation counts its calls, those that failed, and their time', () =>
  expect(
    operationsOf(
      correlate(
        [
          span(1, undefined, 0, 10, { name: 'GET /', kind: 'server', status: 'error' }),
          span(2, undefined, 20, 50, { name: 'GET /', kind: 'server' }),
          span(3, 2, 25, 30, { name: 'GET /', kind: 'client' }),
        ],
        [],
      ),
    ),
  ).toEqual([
    {
      service: 'shop',
      name: 'GET /',
      kind: 'server',
      calls: 2,
      errors: 1,
      totalNs: 40e6,
      selfNs: 35e6,
    },
    {
      service: 'shop',
      name: 'GET /',
      kind: 'client',
      calls: 1,
      errors: 0,
      totalNs: 5e6,
      selfNs: 5e6,
    },
  ]));
test('an exception of which nothing says how it ended is no error of its operation', () =>
  expect(
    operationsOf(correlate([span(1, undefined, 0, 10, { events: exception('Boom') })], [])),
  ).toMatchObject([{ calls: 1, errors: 0 }]));
test('the operation with most time of its own comes first, of equal ones that of the first name', () => {
  const of = (...names: readonly (readonly [string, number])[]) =>
    operationsOf(
      correlate(
        names.map(([name, ms], index) => span(index + 1, undefined, 0, ms, { name })),
        [],
      ),
    ).map(({ name }) => name);
  expect(of(['a', 10], ['b', 20])).toEqual(['b', 'a']);
  expect(of(['b', 20], ['a', 10])).toEqual(['b', 'a']);
  expect(of(['a', 10], ['b', 10], ['c', 10])).toEqual(['a', 'b', 'c']);
  expect(of(['c', 10], ['b', 10], ['a', 10])).toEqual(['a', 'b', 'c']);
});

test('a span without children has all of its time for itself', () => expect(ownTimeMs()).toBe(100));
test('what its children took one after the other is not its own', () =>
  expect(ownTimeMs([10, 30], [40, 90])).toBe(30));
test('what two children took at once counts once', () => {
  expect(ownTimeMs([10, 50], [30, 70])).toBe(40);
  expect(ownTimeMs([10, 90], [20, 30], [40, 95])).toBe(15);
});
test('what a child took before its parent or after it is none of the parent', () => {
  expect(ownTimeMs([-50, 20])).toBe(80);
  expect(ownTimeMs([80, 200])).toBe(80);
  expect(ownTimeMs([150, 200])).toBe(100);
  expect(ownTimeMs([-50, -20], [10, 20])).toBe(90);
});
test('children whose order changes as clocks are set right count as they stand then', () => {
  const client = { kind: 'client' as const, host: 'a', status: 'error' as const };
  const request = correlate(
    [
      span(1, undefined, 0, 100, { ...client, name: 'fan out' }),
      span(2, 1, -500, -460, { kind: 'server', host: 'b' }),
      span(3, 1, 10, 30, { kind: 'server', host: 'c' }),
      // It shows by how much host b is early: the first of its calls began at 60 ms.
      span(4, undefined, 1000, 1100, client),
      span(5, 4, 440, 480, { kind: 'server', host: 'b' }),
    ],
    [],
  );
  expect(request.skew.get('b')?.shiftNs).toBe(560e6);
  const fanOut = operationsOf(request).find(({ name }) => name === 'fan out');
  expect(fanOut!.selfNs).toBe(40e6);
});
