import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences } from './compare';
import { correlate } from '../correlation/correlate';
import { operationsOf } from '../correlation/operations';
import { span } from '../correlation/spans.fixture';

const healthy = correlate(
  [
    span(1, undefined, 0, 100, { service: 'edge', name: 'POST /checkout' }),
    span(2, 1, 10, 40, { service: 'shop', name: 'reserve' }),
    span(3, 1, 50, 90, { service: 'shop', name: 'charge' }),
  ],
  [],
);

test('a call that the healthy request made and this one did not is named first', () => {
  const here = correlate(
    [
      span(1, undefined, 0, 300, { service: 'edge', name: 'POST /checkout' }),
      span(3, 1, 50, 290, { service: 'shop', name: 'charge', status: 'error' }),
    ],
    [],
  );
  expect(differences(here, healthy).map((row) => [row.name, row.change])).toEqual([
    ['reserve', 'missing'],
    ['charge', 'failing'],
    ['POST /checkout', 'slower'],
  ]);
});

test('a request beside itself differs in nothing', () => {
  expect(new Set(differences(healthy, healthy).map((row) => row.change))).toEqual(
    new Set(['same']),
  );
});

test('small changes of pace are no difference', () => {
  const here = correlate(
    [
      span(1, undefined, 0, 102, { service: 'edge', name: 'POST /checkout' }),
      span(2, 1, 10, 44, { service: 'shop', name: 'reserve' }),
      span(3, 1, 50, 88, { service: 'shop', name: 'charge' }),
    ],
    [],
  );
  expect(differences(here, healthy).every((row) => row.change === 'same')).toBe(true);
});

test('time of its own is what no child was busy with, overlapping children counted once', () => {
  const request = correlate(
    [
      span(1, undefined, 0, 100, { name: 'root' }),
      span(2, 1, 10, 50, { name: 'a' }),
      span(3, 1, 40, 70, { name: 'b' }),
      span(4, 1, 90, 130, { name: 'late' }),
    ],
    [],
  );
  expect(operationsOf(request).find(({ name }) => name === 'root')).toMatchObject({
    calls: 1,
    totalNs: 100e6,
    selfNs: 30e6,
  });
});

test('own times of any tree are never negative and never more than the whole', () => {
  const shape = fc.array(
    fc.record({ parent: fc.nat(30), start: fc.nat(1000), length: fc.nat(500) }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(shape, (spans) => {
      const request = correlate(
        spans.map(({ parent, start, length }, index) =>
          span(index + 1, parent < index ? parent + 1 : undefined, start, start + length, {
            name: `work ${index % 5}`,
          }),
        ),
        [],
      );
      for (const { selfNs, totalNs } of operationsOf(request)) {
        expect(selfNs).toBeGreaterThanOrEqual(0);
        expect(selfNs).toBeLessThanOrEqual(totalNs);
      }
    }),
  );
});
