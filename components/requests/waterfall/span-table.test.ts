import { describe, expect, test } from 'vitest';
import {
  FLAG_CRITICAL,
  FLAG_EXCEPTION,
  FLAG_FAILED,
  FLAG_IMPLAUSIBLE,
  FLAG_OPEN,
  type Columns,
} from '@/lib/requests/view/columns';
import { ms, spanRow } from '../request.fixture';
import {
  failedSpans,
  nextFailed,
  NO_POSITION,
  spanTableFromColumns,
  spanTableFromRows,
} from './span-table';

/**
 *   edge
 *     checkout
 *       payments   (failed, its clock 40 ms ahead)
 *     inventory    (failed)
 */
const rows = [
  spanRow('edge', { service: 'edge' }),
  spanRow('checkout', { parent: 'edge', startOffsetNs: ms(10) }),
  spanRow('payments', {
    parent: 'checkout',
    service: 'payments',
    failed: true,
    startOffsetNs: ms(60),
    skewNs: ms(-40),
  }),
  spanRow('inventory', {
    parent: 'edge',
    service: 'inventory',
    failed: true,
    startOffsetNs: ms(30),
  }),
];

describe('a table of whole spans', () => {
  const table = spanTableFromRows(rows, 'adjusted');
  test('knows depth and end of every subtree', () => {
    expect([...table.parent]).toEqual([NO_POSITION, 0, 1, 0]);
    expect([...table.depth]).toEqual([0, 1, 2, 1]);
    expect([...table.end]).toEqual([4, 3, 3, 4]);
  });
  test('lists each service once, in the order of the page', () => {
    expect(table.services).toEqual(['edge', 'checkout', 'payments', 'inventory']);
  });
  test('finds a span by id, and says when there is none', () => {
    expect(table.positionOf('payments')).toBe(2);
    expect(table.positionOf('nobody')).toBe(NO_POSITION);
  });
  test('has spans where the clock of their host put them, when asked for', () => {
    expect(table.startNs(2)).toBe(ms(60));
    expect(spanTableFromRows(rows, 'raw').startNs(2)).toBe(ms(100));
  });
  test('takes the first of two spans with one id', () => {
    const twice = spanTableFromRows([rows[0]!, rows[1]!, rows[1]!], 'adjusted');
    expect(twice.positionOf('checkout')).toBe(1);
  });
  test('makes a root of a span whose parent was not found', () => {
    const orphan = spanTableFromRows([spanRow('alone', { parent: 'lost' })], 'adjusted');
    expect(orphan.depth[0]).toBe(0);
  });
});

describe('a table of columns', () => {
  const columns: Columns = {
    count: 2,
    services: ['edge', 'checkout'],
    parent: Int32Array.of(-1, 0),
    lane: Uint16Array.of(0, 1),
    service: Uint16Array.of(0, 1),
    flags: Uint8Array.of(
      FLAG_CRITICAL | FLAG_EXCEPTION,
      FLAG_FAILED | FLAG_IMPLAUSIBLE | FLAG_OPEN,
    ),
    start: Float64Array.of(0, ms(5)),
    duration: Float64Array.of(ms(20), ms(10)),
  };
  const table = spanTableFromColumns(columns, new Map([[1, rows[1]!]]), { culprit: 1 });
  test('knows which spans have a place in time', () =>
    expect([table.timed(0), table.timed(1)]).toEqual([true, false]));
  test('has the shape of every span', () => {
    expect([table.service(1), table.lane(1), table.startNs(1), table.durationNs(1)]).toEqual([
      'checkout',
      1,
      ms(5),
      ms(10),
    ]);
    expect([table.failed(0), table.failed(1)]).toEqual([false, true]);
    expect([table.critical(0), table.critical(1)]).toEqual([true, false]);
    expect([table.hasException(0), table.hasException(1)]).toEqual([true, false]);
    expect([table.ended(0), table.ended(1)]).toEqual([true, false]);
  });
  test('has whole spans where they were loaded', () => {
    expect(table.span(0)).toBeUndefined();
    expect(table.span(1)?.id).toBe('checkout');
  });
  test('finds what the verdict names, and what was loaded', () => {
    expect(table.positionOf('culprit')).toBe(1);
    expect(table.positionOf('checkout')).toBe(1);
    expect(table.positionOf('edge')).toBe(NO_POSITION);
  });
});

describe('failed spans', () => {
  const table = spanTableFromRows(rows, 'adjusted');
  test('are counted, and the first is the one that started first', () => {
    expect(failedSpans(table)).toEqual({ count: 2, first: 3 });
    expect(failedSpans(spanTableFromRows([rows[0]!], 'adjusted'))).toEqual({
      count: 0,
      first: NO_POSITION,
    });
  });
  test('follow each other in the order of the page, in both directions', () => {
    expect(nextFailed(table, NO_POSITION, 1)).toBe(2);
    expect(nextFailed(table, 2, 1)).toBe(3);
    expect(nextFailed(table, 3, 1)).toBe(NO_POSITION);
    expect(nextFailed(table, NO_POSITION, -1)).toBe(3);
    expect(nextFailed(table, 2, -1)).toBe(NO_POSITION);
  });
});
