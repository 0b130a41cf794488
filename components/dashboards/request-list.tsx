'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { requestsQuery, type DashboardId } from './queries';
import { RequestRows } from './request-rows';
import styles from './dashboards.module.css';

interface Props {
  readonly id: DashboardId;
  readonly title: string;
  readonly search: string;
  readonly refetchInterval: number | false;
}

/** Requests of the same window: on the Runners page, its jobs. */
export function RequestList({ id, title, search, refetchInterval }: Props) {
  const request = { id, panel: null, search };
  const query = useQuery({
    ...requestsQuery(request),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  return (
    <section className={styles.panel} aria-labelledby="listed" data-testid="listed">
      <header>
        <div>
          <h2 id="listed">{title}</h2>
          <p>Each opens as a request: spans of the run, its logs, its pod&apos;s metrics.</p>
        </div>
      </header>
      <RequestRows
        request={request}
        found={query.data}
        error={query.error?.message}
        whenEmpty="No job in this time left a trace. docs/runners.md tells how they do."
      />
    </section>
  );
}
