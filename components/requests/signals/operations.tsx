'use client';

import { useQuery } from '@tanstack/react-query';
import { OperationTable } from '@/components/ui/operation-table';
import { Panel } from '@/components/ui/panel';
import { operationsQuery } from '../queries';
import styles from '../requests.module.css';

/** Where the time of this request went, by operation. */
export default function Operations({
  id,
  revision,
  services,
}: {
  id: string;
  revision: string;
  services: readonly string[];
}) {
  const query = useQuery(operationsQuery(id, revision));
  return (
    <div className={styles.comparison} tabIndex={0} role="region" aria-label="Operations">
      <Panel
        state={
          query.isPending
            ? 'loading'
            : query.error
              ? 'failed'
              : query.data.length
                ? 'ready'
                : 'empty'
        }
        message={
          query.isPending
            ? 'Counting operations…'
            : (query.error?.message ?? 'No spans were found, so there are no operations.')
        }
        height={120}
      >
        {query.data && (
          <OperationTable
            operations={query.data}
            services={services}
            label="Operations of this request"
          />
        )}
      </Panel>
    </div>
  );
}
