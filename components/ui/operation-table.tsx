'use client';

import { useState } from 'react';
import { Stripe } from './stripe';
import ui from './ui.module.css';
import { formatCount, formatDuration } from '@/lib/time/format';

/** One operation: all its spans of one service, name and kind. Times are nanoseconds. */
export interface OperationRow {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly calls: number;
  readonly errors: number;
  readonly totalNs: number;
  readonly selfNs: number;
}

type OperationColumn = 'name' | 'calls' | 'errors' | 'totalNs' | 'selfNs';
export interface OperationOrder {
  readonly column: OperationColumn;
  readonly direction: 'ascending' | 'descending';
}

const COLUMNS: readonly [OperationColumn, string][] = [
  ['name', 'Operation'],
  ['calls', 'Calls'],
  ['errors', 'Errors'],
  ['totalNs', 'Total time'],
  ['selfNs', 'Self time'],
];

const DEFAULT_ORDER: OperationOrder = { column: 'selfNs', direction: 'descending' };

interface Props {
  readonly operations: readonly OperationRow[];
  readonly services: readonly string[];
  readonly label: string;
  /** Where its page keeps the order, in the URL; without, the table keeps it. */
  readonly order?: OperationOrder;
  readonly onOrder?: (order: OperationOrder) => void;
}

/** Where the time of requests went, by operation; sorted by what is clicked. */
export function OperationTable({ operations, services, label, order, onOrder }: Props) {
  const [ownOrder, setOwnOrder] = useState(DEFAULT_ORDER);
  const sorting = order ?? ownOrder;
  const setSorting = onOrder ?? setOwnOrder;
  const totalSelfNs = operations.reduce((sum, { selfNs }) => sum + selfNs, 0) || 1;
  return (
    <table className={ui.table} aria-label={label} data-testid="operations">
      <thead>
        <tr>
          {COLUMNS.map(([column, title]) => (
            <ColumnHeader
              key={column}
              title={title}
              numeric={column !== 'name'}
              direction={sorting.column === column ? sorting.direction : 'none'}
              onSort={() => setSorting(nextSorting(sorting, column))}
            />
          ))}
        </tr>
      </thead>
      <tbody>
        {sortOperations(operations, sorting).map((row) => (
          <tr key={`${row.service} ${row.name} ${row.kind}`}>
            <th scope="row">
              <Stripe service={row.service} services={services} /> {row.service} {row.name}{' '}
              <small>{row.kind}</small>
            </th>
            <td className={`mono ${ui.number}`}>{formatCount(row.calls)}</td>
            <td className={`mono ${ui.number} ${row.errors ? ui.errors : ''}`}>
              {row.errors ? `✕ ${formatCount(row.errors)}` : '0'}
            </td>
            <td className={`mono ${ui.number}`}>{formatDuration(row.totalNs)}</td>
            <td className={`mono ${ui.number}`}>
              {formatDuration(row.selfNs)}{' '}
              <small>{Math.round((row.selfNs / totalSelfNs) * 100)} %</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const ARROWS = { ascending: ' ↑', descending: ' ↓', none: '' } as const;

function ColumnHeader({
  title,
  numeric,
  direction,
  onSort,
}: {
  title: string;
  numeric: boolean;
  direction: OperationOrder['direction'] | 'none';
  onSort: () => void;
}) {
  return (
    <th scope="col" aria-sort={direction} className={numeric ? ui.number : undefined}>
      <button type="button" className={ui.sort} onClick={onSort}>
        {title}
        <span aria-hidden>{ARROWS[direction]}</span>
      </button>
    </th>
  );
}

/** A second click turns the order round; names begin at A, figures at the largest. */
function nextSorting(sorting: OperationOrder, column: OperationColumn): OperationOrder {
  const first = column === 'name' ? 'ascending' : 'descending';
  if (sorting.column !== column) return { column, direction: first };
  return { column, direction: sorting.direction === 'ascending' ? 'descending' : 'ascending' };
}

function sortOperations(
  operations: readonly OperationRow[],
  { column, direction }: OperationOrder,
): OperationRow[] {
  const ascending = operations.toSorted((left, right) =>
    column === 'name'
      ? `${left.service} ${left.name}`.localeCompare(`${right.service} ${right.name}`, 'en')
      : left[column] - right[column],
  );
  return direction === 'ascending' ? ascending : ascending.toReversed();
}
