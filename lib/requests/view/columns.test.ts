import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlate } from '../correlation/correlate';
import { heaps } from '../correlation/heaps.fixture';
import { exception, span } from '../correlation/spans.fixture';
import {
  columnsOf,
  decodeColumns,
  encodeColumns,
  FLAG_CRITICAL,
  FLAG_EXCEPTION,
  FLAG_FAILED,
  FLAG_OPEN,
} from './columns';

test('columns read back as they were written', () => {
  fc.assert(
    fc.property(heaps, (spans) => {
      const columns = columnsOf(correlate(spans, []));
      expect(decodeColumns(encodeColumns(columns).buffer)).toEqual(columns);
    }),
  );
});
test('flags tell what became of a span', () => {
  const spans = [
    span(1, undefined, 0, 9, { status: 'error' }),
    span(2, 1, 1, 1, { ended: false, events: exception('KeyError') }),
  ];
  const [root, open] = columnsOf(correlate(spans, [])).flags;
  expect(root).toBe(FLAG_FAILED | FLAG_CRITICAL);
  expect(open! & ~FLAG_CRITICAL).toBe(FLAG_EXCEPTION | FLAG_OPEN);
});
test('bytes that are no columns are refused', () => {
  expect(() => decodeColumns(new ArrayBuffer(4))).toThrow(RangeError);
  expect(() => decodeColumns(new ArrayBuffer(64))).toThrow(RangeError);
});
