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
import { operationsQuery, type DrilldownRequest } from './queries';
import styles from './dashboards.module.css';

interface Props {
  readonly request: DrilldownRequest;
  readonly found: DrilldownRequests | undefined;
  /** Why the portal itself did not answer. */
  readonly error: string | undefined;
  readonly whenEmpty: string;
}

/** Requests, each the way to its page, and where their time went if somebody opens it. */
export function RequestRows({ request, found, error, whenEmpty }: Props) {
  const failure = error ?? found?.failed ?? undefined;
  const services = distinctServices(found?.requests ?? []);
  return (
    <>
      <Panel {...panelState(found, failure, whenEmpty)} height={120}>
        <ul className={styles.requests} data-testid="requests-behind">
          {found?.requests.map((each) => (
            <RequestRow key={each.traceId} request={each} services={services} />
          ))}
        </ul>
      </Panel>
      {found && (found.more || found.partial.length > 0) && (
        <p className={styles.note}>{limitsOf(found).join('; ')}</p>
      )}
      {found && found.requests.length > 0 && <Operations request={request} />}
    </>
  );
}

function panelState(
  found: DrilldownRequests | undefined,
  failure: string | undefined,
  whenEmpty: string,
): { state: 'loading' | 'empty' | 'failed' | 'ready'; message: string } {
  if (failure !== undefined) return { state: 'failed', message: failure };
  if (!found) return { state: 'loading', message: 'Searching requests…' };
  return { state: found.requests.length > 0 ? 'ready' : 'empty', message: whenEmpty };
}

/** What the list leaves out. */
const limitsOf = ({ more, requests, partial }: DrilldownRequests): string[] => [
  ...(more ? [`the first ${requests.length}`] : []),
  ...partial.map(({ sentence }) => sentence),
];

const distinctServices = (items: readonly { readonly service: string }[]): string[] =>
  [...new Set(items.map(({ service }) => service))].toSorted();

type Request = DrilldownRequests['requests'][number];

const GLYPHS = {
  failed: 'failed',
  exception: 'unknown',
  unfinished: 'incomplete',
  succeeded: 'succeeded',
} as const satisfies Record<Request['state'], string>;

/** What is known of its outcome, in words where no code says it. */
function statusOf({ state, status }: Request): string {
  if (state === 'unfinished') return 'no end yet';
  if (state === 'exception')
    return [status, 'an exception was recorded'].filter(Boolean).join(', ');
  return status;
}

interface RequestRowProps {
  readonly request: Request;
  readonly services: readonly string[];
}

function RequestRow({ request, services }: RequestRowProps) {
  const { correlationId, traceId, state, start, service, name, durationNs } = request;
  return (
    <li>
      <Link href={`/requests/${encodeURIComponent(correlationId ?? traceId)}`} prefetch={false}>
        <Glyph state={GLYPHS[state]} inline />
        <time className="mono" dateTime={start}>
          {start.slice(11, 23)}
        </time>
        <span>
          <Stripe service={service} services={services} /> {service} {name}
        </span>
        <span className={styles.secondary}>{statusOf(request)}</span>
        <span className="mono">{state === 'unfinished' ? '' : formatDuration(durationNs)}</span>
      </Link>
    </li>
  );
}

function Operations({ request }: { readonly request: DrilldownRequest }) {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery(operationsQuery(request, isOpen));
  const failure = error?.message ?? data?.failed ?? undefined;
  const loaded = data ? 'ready' : 'loading';
  return (
    <details className={styles.operations} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Where their time went, by operation</summary>
      <Panel
        state={failure === undefined ? loaded : 'failed'}
        message={failure ?? 'Reading their spans…'}
        height={80}
      >
        {data && (
          <>
            <p className={styles.note}>All spans of the first {data.read}.</p>
            <OperationTable
              operations={data.operations}
              services={distinctServices(data.operations)}
              label="Operations of these requests"
            />
          </>
        )}
      </Panel>
    </details>
  );
}
