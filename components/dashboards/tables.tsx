'use client';

import { useState } from 'react';
import { formatValue } from '@/components/charts/units';
import { Stripe } from '@/components/ui/stripe';
import ui from '@/components/ui/ui.module.css';
import type { PanelView } from '@/lib/dashboards/contract';
import { callsOf } from './calls';
import styles from './dashboards.module.css';

interface Row {
  readonly service: string;
  readonly operation: string;
  readonly rate: number;
  readonly failing: number;
}

/** Requests and failures by operation now, of series by outcome. */
function rowsOf({ series }: PanelView): Row[] {
  const rows = new Map<string, Row>();
  for (const { labels, values } of series) {
    const key = `${labels.service}\n${labels.span_name}`;
    const row = rows.get(key) ?? {
      service: labels.service ?? '',
      operation: labels.span_name ?? '',
      rate: 0,
      failing: 0,
    };
    const value = values[0] ?? 0;
    rows.set(key, {
      ...row,
      rate: row.rate + value,
      failing: row.failing + (labels.status_code === 'STATUS_CODE_ERROR' ? value : 0),
    });
  }
  return [...rows.values()];
}

type Column = 'operation' | 'rate' | 'failing';
const COLUMNS: readonly [Column, string][] = [
  ['operation', 'Operation'],
  ['rate', 'Requests'],
  ['failing', 'Failed'],
];
const share = ({ rate, failing }: Row) => (rate > 0 ? failing / rate : 0);

/** Every operation with its rate and failures; one click narrows the page to it. */
export function OperationRates({
  panel,
  onChoose,
  onRequests,
}: {
  panel: PanelView;
  onChoose: (what: Readonly<Record<string, string>>) => void;
  onRequests: (labels: Readonly<Record<string, string>>) => void;
}) {
  const [by, setBy] = useState<{ column: Column; up: boolean }>({ column: 'rate', up: false });
  const rows = rowsOf(panel).sort((a, b) => {
    const order =
      by.column === 'operation'
        ? `${a.service} ${a.operation}` < `${b.service} ${b.operation}`
          ? -1
          : 1
        : by.column === 'rate'
          ? a.rate - b.rate
          : share(a) - share(b);
    return by.up ? order : -order;
  });
  const services = [...new Set(rows.map(({ service }) => service))].sort();
  return (
    <div
      className={styles.scroll}
      tabIndex={0}
      role="region"
      aria-label={`${panel.title} as a table`}
    >
      <table className={ui.table}>
        <thead>
          <tr>
            {COLUMNS.map(([column, title]) => (
              <th
                key={column}
                scope="col"
                aria-sort={by.column === column ? (by.up ? 'ascending' : 'descending') : 'none'}
                className={column === 'operation' ? undefined : ui.number}
              >
                <button
                  type="button"
                  className={ui.sort}
                  onClick={() =>
                    setBy({ column, up: by.column === column ? !by.up : column === 'operation' })
                  }
                >
                  {title}
                  <span aria-hidden>{by.column === column ? (by.up ? ' ↑' : ' ↓') : ''}</span>
                </button>
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">Requests behind it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.service} ${row.operation}`}>
              <th scope="row">
                <Stripe service={row.service} services={services} />{' '}
                <button
                  type="button"
                  className={styles.name}
                  onClick={() => onChoose({ service: row.service, operation: row.operation })}
                >
                  {row.service} {row.operation}
                </button>
              </th>
              <td className={`mono ${ui.number}`}>{formatValue(row.rate, 'per-second')}</td>
              <td className={`mono ${ui.number} ${row.failing > 0 ? ui.errors : ''}`}>
                {row.failing > 0 ? `✕ ${formatValue(share(row), 'ratio')}` : '0 %'}
              </td>
              <td>
                <button
                  type="button"
                  className={styles.action}
                  onClick={() => onRequests({ service: row.service, span_name: row.operation })}
                  aria-label={`Requests of ${row.service} ${row.operation}`}
                >
                  Requests
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Who calls whom, as a table. */
export function CallTable({ panel }: { panel: PanelView }) {
  const calls = callsOf(panel.series);
  return (
    <div
      className={styles.scroll}
      tabIndex={0}
      role="region"
      aria-label={`${panel.title} as a table`}
    >
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">Caller</th>
            <th scope="col">Called</th>
            <th scope="col" className={ui.number}>
              Calls
            </th>
            <th scope="col" className={ui.number}>
              Failed
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map(({ client, server, rate, failing }) => (
            <tr key={`${client} ${server}`}>
              <th scope="row">{client}</th>
              <td>{server}</td>
              <td className={`mono ${ui.number}`}>{formatValue(rate, 'per-second')}</td>
              <td className={`mono ${ui.number} ${failing > 0 ? ui.errors : ''}`}>
                {failing > 0 ? `✕ ${formatValue(failing, 'ratio')}` : '0 %'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
