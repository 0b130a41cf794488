import { describe, expect, test } from 'vitest';
import { lane, logRow, ms, spanRow } from '../request.fixture';
import {
  rowsByPosition,
  waterfallRows,
  type AttemptsAnnotation,
  type MissingConsumer,
} from './rows';
import { spanTableFromRows } from './span-table';

const spans = [
  spanRow('a.edge'),
  spanRow('a.first', { parent: 'a.edge' }),
  spanRow('a.second', { parent: 'a.edge' }),
  spanRow('a.send', { parent: 'a.edge', kind: 'producer' }),
  spanRow('b.worker', { lane: 1 }),
];
const attempts: AttemptsAnnotation = {
  kind: 'attempts',
  parent: 'a.edge',
  spans: ['a.first', 'a.second'],
  name: 'POST /reserve',
  service: 'checkout',
  startOffsetNs: 0,
  durationNs: ms(50),
  backoffNs: [ms(10)],
  failed: true,
};
const missing: MissingConsumer = {
  kind: 'missing-consumer',
  span: 'a.send',
  queue: 'orders',
  service: 'worker',
  message: 'order.created',
  startOffsetNs: ms(60),
  expected: true,
};
const view = {
  lanes: [lane('a'), lane('b')],
  annotations: [attempts, missing],
  logs: [logRow('1'), logRow('2', { unattached: 'no_span_id' })],
};
const table = spanTableFromRows(spans, 'adjusted');
const kinds = (collapsed: readonly string[]) =>
  waterfallRows(view, table, new Set(collapsed)).map((row) =>
    row.kind === 'span' ? spans[row.position]!.id : row.kind,
  );

describe('rows of the waterfall', () => {
  test('stand in order, with what is noted of a span beside it', () => {
    expect(kinds([])).toEqual([
      'lane',
      'a.edge',
      'attempts',
      'a.first',
      'a.second',
      'a.send',
      'missing-consumer',
      'lane',
      'b.worker',
      'unattached-logs',
    ]);
  });
  test('leave out what is below a collapsed span', () => {
    expect(kinds(['a.edge'])).toEqual(['lane', 'a.edge', 'lane', 'b.worker', 'unattached-logs']);
  });
  test('leave out what is in a collapsed lane', () => {
    expect(kinds(['a'])).toEqual(['lane', 'lane', 'b.worker', 'unattached-logs']);
  });
  test('say nothing of unattached lines when there are none', () => {
    const rows = waterfallRows({ ...view, logs: [] }, table, new Set());
    expect(rows.at(-1)?.kind).toBe('span');
  });
  test('are found by the position of their span', () => {
    const rows = waterfallRows(view, table, new Set());
    expect(rowsByPosition(rows).get(4)).toBe(8);
  });
});
