import { expect, test } from 'vitest';
import { ms, spanRow } from '../request.fixture';
import { spanTableFromRows } from '../waterfall/span-table';
import { minimapSummary } from './minimap-summary';

test('the picture is told in one sentence', () => {
  const spans = [
    spanRow('a'),
    spanRow('b', { service: 'inventory', failed: true, startOffsetNs: ms(1200) }),
  ];
  expect(minimapSummary(spanTableFromRows(spans, 'adjusted'), 1)).toBe(
    '2 spans, 1 lane, 1 error, first in inventory at +1.200 s',
  );
  expect(minimapSummary(spanTableFromRows([spanRow('a')], 'adjusted'), 2)).toBe(
    '1 span, 2 lanes, 0 errors',
  );
});
