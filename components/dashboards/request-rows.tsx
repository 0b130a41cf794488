'use client';

import Link from 'next/link';
import { Glyph } from '@/components/ui/glyph';
import { OperationTable } from '@/components/ui/operation-table';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import type { RequestsBehind } from '@/lib/request-view/behind';
import { formatDuration } from '@/lib/time/format';
import styles from './dashboards.module.css';

interface Props {
  readonly found: RequestsBehind | undefined;
  /** The portal itself did not answer. */
  readonly problem: string | undefined;
  readonly nothing: string;
}

/** Requests, each the way to its page, and where the time of them went. */
export function RequestRows({ found, problem, nothing }: Props) {
  const failed = problem ?? found?.failed ?? undefined;
  const services = [...new Set([...(found?.requests ?? []), ...(found?.operations ?? [])].map(({ service }) => service))].sort();
  return (
    <>
      <Panel state={failed ? 'failed' : !found ? 'loading' : found.requests.length ? 'ready' : 'empty'} message={failed ?? (found ? nothing : 'Looking for requests…')} height={120}>
        <ul className={styles.requests} data-testid="requests-behind">
          {found?.requests.map((request) => (
            <li key={request.traceId}>
              <Link href={`/requests/${encodeURIComponent(request.correlationId ?? request.traceId)}`} prefetch={false}>
                <Glyph state={request.failed ? 'failed' : 'succeeded'} inline />
                <time className="mono" dateTime={request.start}>
                  {request.start.slice(11, 23)}
                </time>
                <span>
                  <Stripe service={request.service} services={services} /> {request.service} {request.name}
                </span>
                <span className={styles.soft}>{request.status}</span>
                <span className="mono">{formatDuration(request.durationNs)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
      {found && (found.more || found.partial.length > 0) && <p className={styles.note}>{[...(found.more ? [`the first ${found.requests.length}`] : []), ...found.partial].join('; ')}</p>}
      {found && found.operations.length > 0 && (
        <details className={styles.operations}>
          <summary>Where the time of {found.read === 1 ? 'this request' : `${found.read} of them`} went, by operation</summary>
          <OperationTable operations={found.operations} services={services} label="Operations of these requests" />
        </details>
      )}
    </>
  );
}
