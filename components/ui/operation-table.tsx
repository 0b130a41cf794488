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

type Column = 'name' | 'calls' | 'errors' | 'totalNs' | 'selfNs';
const COLUMNS: readonly [Column, string][] = [
  ['name', 'Operation'],
  ['calls', 'Calls'],
  ['errors', 'Errors'],
  ['totalNs', 'Total time'],
  ['selfNs', 'Own time'],
];

/** Where the time of requests went, by operation; sorted by what is clicked. */
export function OperationTable({
  operations,
  services,
  label,
}: {
  operations: readonly OperationRow[];
  services: readonly string[];
  label: string;
}) {
  const [by, setBy] = useState<{ column: Column; up: boolean }>({ column: 'selfNs', up: false });
  const rows = [...operations].sort((a, b) => {
    const order =
      by.column === 'name'
        ? `${a.service} ${a.name}` < `${b.service} ${b.name}`
          ? -1
          : 1
        : a[by.column] - b[by.column];
    return by.up ? order : -order;
  });
  const whole = operations.reduce((sum, { selfNs }) => sum + selfNs, 0) || 1;
  return (
    <table className={ui.table} aria-label={label} data-testid="operations">
      <thead>
        <tr>
          {COLUMNS.map(([column, title]) => (
            <th
              key={column}
              scope="col"
              aria-sort={by.column === column ? (by.up ? 'ascending' : 'descending') : 'none'}
              className={column === 'name' ? undefined : ui.number}
            >
              <button
                type="button"
                className={ui.sort}
                onClick={() =>
                  setBy({ column, up: by.column === column ? !by.up : column === 'name' })
                }
              >
                {title}
                <span aria-hidden>{by.column === column ? (by.up ? ' ↑' : ' ↓') : ''}</span>
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
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
              {formatDuration(row.selfNs)} <small>{Math.round((row.selfNs / whole) * 100)} %</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
