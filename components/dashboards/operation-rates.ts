import type { OperationColumn, OperationSort } from './search-params';

/** One operation of one service: requests a second, and which share of them failed. */
export interface OperationRate {
  readonly service: string;
  readonly operation: string;
  readonly rate: number;
  readonly failedShare: number;
}

interface OperationSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
}

/** The rates now, from series by service, operation and outcome. */
export function toOperationRates(series: readonly OperationSeries[]): OperationRate[] {
  const sums = new Map<
    string,
    { service: string; operation: string; all: number; failed: number }
  >();
  for (const { labels, values } of series) {
    const { service = '', span_name: operation = '', status_code: status } = labels;
    const key = JSON.stringify([service, operation]);
    const sum = sums.get(key) ?? { service, operation, all: 0, failed: 0 };
    sums.set(key, sum);
    const value = values[0] ?? 0;
    sum.all += value;
    if (status === 'STATUS_CODE_ERROR') sum.failed += value;
  }
  return [...sums.values()].map(({ service, operation, all, failed }) => ({
    service,
    operation,
    rate: all,
    failedShare: all > 0 ? failed / all : 0,
  }));
}

const COMPARE: Readonly<Record<OperationColumn, (a: OperationRate, b: OperationRate) => number>> = {
  operation: (a, b) =>
    a.service.localeCompare(b.service, 'en') || a.operation.localeCompare(b.operation, 'en'),
  rate: (a, b) => a.rate - b.rate,
  failed: (a, b) => a.failedShare - b.failedShare,
};

export function sortOperationRates(
  rates: readonly OperationRate[],
  { column, descending }: OperationSort,
): OperationRate[] {
  const compare = COMPARE[column];
  return rates.toSorted((a, b) => (descending ? compare(b, a) : compare(a, b)));
}

/**
 * A click on the column that sorts turns its order; another one begins with names ascending,
 * figures descending.
 */
export const nextSort = (sort: OperationSort, column: OperationColumn): OperationSort => ({
  column,
  descending: column === sort.column ? !sort.descending : column !== 'operation',
});
