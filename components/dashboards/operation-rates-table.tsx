import { formatValue } from '@/components/charts/units';
import { Stripe } from '@/components/ui/stripe';
import ui from '@/components/ui/ui.module.css';
import type { PanelView } from '@/lib/dashboards/contract';
import { FailedShareCell } from './failed-share-cell';
import {
  nextSort,
  sortOperationRates,
  toOperationRates,
  type OperationRate,
} from './operation-rates';
import { OPERATION_COLUMNS, type OperationColumn, type OperationSort } from './search-params';
import { TableRegion } from './table-region';
import styles from './dashboards.module.css';

const TITLES: Readonly<Record<OperationColumn, string>> = {
  operation: 'Operation',
  rate: 'Requests',
  failed: 'Failed',
};

interface Props {
  readonly panel: PanelView;
  readonly sort: OperationSort;
  readonly onSort: (sort: OperationSort) => void;
  readonly onSelect: (values: { readonly service: string; readonly operation: string }) => void;
  readonly onRequests: (labels: Readonly<Record<string, string>>) => void;
}

/** Every operation with its rate and failures; one click narrows the page to it. */
export function OperationRatesTable({ panel, sort, onSort, onSelect, onRequests }: Props) {
  const rates = sortOperationRates(toOperationRates(panel.series), sort);
  const services = [...new Set(rates.map(({ service }) => service))].toSorted();
  return (
    <TableRegion title={panel.title}>
      <table className={ui.table}>
        <thead>
          <tr>
            {OPERATION_COLUMNS.map((column) => (
              <SortHeader key={column} column={column} sort={sort} onSort={onSort} />
            ))}
            <th scope="col">
              <span className="visually-hidden">Requests behind it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <OperationRow
              key={`${rate.service} ${rate.operation}`}
              rate={rate}
              services={services}
              onSelect={onSelect}
              onRequests={onRequests}
            />
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}

type SortHeaderProps = Pick<Props, 'sort' | 'onSort'> & { readonly column: OperationColumn };

function SortHeader({ column, sort, onSort }: SortHeaderProps) {
  const direction = sort.descending ? 'descending' : 'ascending';
  const arrow = sort.descending ? ' ↓' : ' ↑';
  const isSorted = sort.column === column;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? direction : 'none'}
      className={column === 'operation' ? undefined : ui.number}
    >
      <button type="button" className={ui.sort} onClick={() => onSort(nextSort(sort, column))}>
        {TITLES[column]}
        <span aria-hidden>{isSorted ? arrow : ''}</span>
      </button>
    </th>
  );
}

interface OperationRowProps extends Pick<Props, 'onSelect' | 'onRequests'> {
  readonly rate: OperationRate;
  readonly services: readonly string[];
}

function OperationRow({ rate: row, services, onSelect, onRequests }: OperationRowProps) {
  const { service, operation, rate, failedShare } = row;
  return (
    <tr>
      <th scope="row">
        <Stripe service={service} services={services} />{' '}
        <button
          type="button"
          className={styles.name}
          onClick={() => onSelect({ service, operation })}
        >
          {service} {operation}
        </button>
      </th>
      <td className={`mono ${ui.number}`}>{formatValue(rate, 'per-second')}</td>
      <FailedShareCell share={failedShare} />
      <td>
        <button
          type="button"
          className={styles.action}
          onClick={() => onRequests({ service, span_name: operation })}
          aria-label={`Requests of ${service} ${operation}`}
        >
          Requests
        </button>
      </td>
    </tr>
  );
}
