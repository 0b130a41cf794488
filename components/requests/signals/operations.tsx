'use client';

import { useQuery } from '@tanstack/react-query';
import { OperationTable } from '@/components/ui/operation-table';
import { Panel } from '@/components/ui/panel';
import { operationsQuery, queryState } from '../queries';
import { useShownRequest } from '../request-context';
import { useRequestSearch } from '../use-request-search';
import styles from './signals.module.css';

/** Where the time of this request went, by operation. */
export default function Operations() {
  const { view, services } = useShownRequest();
  const [{ sort, direction }, setSearch] = useRequestSearch();
  const query = useQuery(operationsQuery(view.correlationId, view.revision));
  const none = query.data?.length === 0;
  return (
    <div className={styles.tableTab} tabIndex={0} role="region" aria-label="Operations">
      {none ? (
        <Panel
          state="empty"
          message="No spans were found, so there are no operations."
          height={120}
        />
      ) : (
        <Panel {...queryState(query, 'Counting operations…')} height={120}>
          <OperationTable
            operations={query.data ?? []}
            services={services}
            label="Operations of this request"
            order={{ column: sort, direction }}
            onOrder={(order) => void setSearch({ sort: order.column, direction: order.direction })}
          />
        </Panel>
      )}
    </div>
  );
}
