import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlate } from '../correlation/correlate';
import { heaps } from '../correlation/heaps.fixture';
import { columnsOf, decodeColumns, encodeColumns } from './columns';

test('columns read back as they were written', () => {
  fc.assert(
    fc.property(heaps, (spans) => {
      const columns = columnsOf(correlate(spans, []));
      expect(decodeColumns(encodeColumns(columns).buffer)).toEqual(columns);
    }),
  );
});
test('bytes that are no columns are refused', () => {
  expect(() => decodeColumns(new ArrayBuffer(4))).toThrow(RangeError);
  expect(() => decodeColumns(new ArrayBuffer(64))).toThrow(RangeError);
});
