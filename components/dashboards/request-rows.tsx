'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { Glyph } from '@/components/ui/glyph';
import { OperationTable } from '@/components/ui/operation-table';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import type { DrilldownRequests } from '@/lib/requests/explore/contract';
import { formatDuration } from '@/lib/time/format';
import { operationsQuery, type DashboardId } from './queries';
import styles from './dashboards.module.css';

interface Props {
  readonly id: DashboardId;
  /** Null for the list of the dashboard itself. */
  readonly panel: string | null;
  /** What was asked to find them. */
  readonly search: string;
  readonly found: DrilldownRequests | undefined;
  /** The portal itself did not answer. */
  readonly problem: string | undefined;
  readonly nothing: string;
}

/** Requests, each the way to its page, and where the time of them went if somebody asks. */
export function RequestRows({ id, panel, search, found, problem, nothing }: Props) {
  const failed = problem ?? found?.failed ?? undefined;
  const services = [...new Set((found?.requests ?? []).map(({ service }) => service))].sort();
  return (
    <>
      <Panel
        state={failed ? 'failed' : !found ? 'loading' : found.requests.length ? 'ready' : 'empty'}
        message={failed ?? (found ? nothing : 'Looking for requests…')}
        height={120}
      >
        <ul className={styles.requests} data-testid="requests-behind">
          {found?.requests.map((request) => (
            <li key={request.traceId}>
              <Link
                href={`/requests/${encodeURIComponent(request.correlationId ?? request.traceId)}`}
                prefetch={false}
              >
                <Glyph state={request.failed ? 'failed' : 'succeeded'} inline />
                <time className="mono" dateTime={request.start}>
                  {request.start.slice(11, 23)}
                </time>
                <span>
                  <Stripe service={request.service} services={services} /> {request.service}{' '}
                  {request.name}
                </span>
                <span className={styles.soft}>{request.status}</span>
                <span className="mono">{formatDuration(request.durationNs)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
      {found && (found.more || found.partial.length > 0) && (
        <p className={styles.note}>
          {[
            ...(found.more ? [`the first ${found.requests.length}`] : []),
            ...found.partial.map(({ sentence }) => sentence),
          ].join('; ')}
        </p>
      )}
      {found && found.requests.length > 0 && <Operations id={id} panel={panel} search={search} />}
    </>
  );
}

function Operations({ id, panel, search }: Pick<Props, 'id' | 'panel' | 'search'>) {
  const [opened, setOpened] = useState(false);
  const { data, error } = useQuery(operationsQuery(id, panel, search, opened));
  const problem = error?.message ?? data?.failed ?? undefined;
  const services = [...new Set(data?.operations.map(({ service }) => service))].sort();
  return (
    <details
      className={styles.operations}
      onToggle={(event) => setOpened(event.currentTarget.open)}
    >
      <summary>Where their time went, by operation</summary>
      <Panel
        state={problem ? 'failed' : data ? 'ready' : 'loading'}
        message={problem ?? 'Reading their spans…'}
        height={80}
      >
        {data && (
          <>
            <p className={styles.note}>All spans of the first {data.read}.</p>
            <OperationTable
              operations={data.operations}
              services={services}
              label="Operations of these requests"
            />
          </>
        )}
      </Panel>
    </details>
  );
}
