import { expect, test } from 'vitest';
import { toCsv } from './csv';
import type { TimeGrid } from './time-grid';

const grid: TimeGrid = { startMs: 0, stepMs: 60_000, count: 5 };

test('a spreadsheet gets one line an instant, gaps empty, and nothing it would run', () => {
  expect(
    toCsv(
      [
        { name: '=cmd|x', labels: {}, values: [1, null, 3, 4, 5] },
        { name: 'a, "b"', labels: {}, values: [null, 0, null, null, 0.5] },
      ],
      grid,
    )
      .split('\r\n')
      .slice(0, 3),
  ).toEqual([
    'time,\'=cmd|x,"a, ""b"""',
    '1970-01-01T00:00:00.000Z,1,',
    '1970-01-01T00:01:00.000Z,,0',
  ]);
});
