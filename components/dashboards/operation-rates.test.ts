import { expect, test } from 'vitest';
import { nextSort, sortOperationRates, toOperationRates } from './operation-rates';

const series = (service: string, operation: string, status: string, value: number | null) => ({
  labels: { service, span_name: operation, status_code: `STATUS_CODE_${status}` },
  values: [value],
});
const rates = toOperationRates([
  series('edge', 'GET /', 'UNSET', 9),
  series('edge', 'GET /', 'ERROR', 1),
  series('checkout', 'POST /orders', 'ERROR', 2),
  series('checkout', 'GET /orders', 'UNSET', null),
]);

test('an operation is the sum of its outcomes, of which the errors are the failed share', () => {
  expect(rates).toEqual([
    { service: 'edge', operation: 'GET /', rate: 10, failedShare: 0.1 },
    { service: 'checkout', operation: 'POST /orders', rate: 2, failedShare: 1 },
    { service: 'checkout', operation: 'GET /orders', rate: 0, failedShare: 0 },
  ]);
});

test.each([
  ['rate', true, ['GET /', 'POST /orders', 'GET /orders']],
  ['rate', false, ['GET /orders', 'POST /orders', 'GET /']],
  ['failed', true, ['POST /orders', 'GET /', 'GET /orders']],
  ['operation', false, ['GET /orders', 'POST /orders', 'GET /']],
] as const)('sorted by %s, descending: %s', (column, descending, expected) => {
  expect(
    sortOperationRates(rates, { column, descending }).map(({ operation }) => operation),
  ).toEqual(expected);
});

test('the column that sorts turns; another begins with names ascending, figures descending', () => {
  const byRate = { column: 'rate', descending: true } as const;
  expect(nextSort(byRate, 'rate')).toEqual({ column: 'rate', descending: false });
  expect(nextSort(byRate, 'failed')).toEqual({ column: 'failed', descending: true });
  expect(nextSort(byRate, 'operation')).toEqual({ column: 'operation', descending: false });
});
