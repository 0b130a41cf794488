'use client';

import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import ui from '@/components/ui/ui.module.css';
import type { Difference } from '@/lib/requests/view/contract';
import { formatDuration } from '@/lib/time/format';
import { comparisonQuery } from '../queries';
import { useUrlState } from '../url-state';
import styles from '../requests.module.css';

const WORDS: Record<Difference['change'], string> = {
  missing: 'not seen here',
  failing: 'fails here',
  slower: 'slower here',
  added: 'only here',
  faster: 'faster here',
  same: 'alike',
};

/** This request beside a healthy one with the same root, or beside any that is named; what differs most first. */
export default function Comparison({
  id,
  revision,
  services,
}: {
  id: string;
  revision: string;
  services: readonly string[];
}) {
  const url = useUrlState();
  const other = url.get('with');
  const [typed, setTyped] = useState(other ?? '');
  const query = useQuery(comparisonQuery(id, revision, other));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    url.set({ with: typed.trim() || null });
  };
  return (
    <div
      className={styles.comparison}
      data-testid="comparison"
      tabIndex={0}
      role="region"
      aria-label="Comparison"
    >
      <form onSubmit={submit}>
        <span>
          {query.data ? (
            <>
              Beside{' '}
              <a href={`/requests/${encodeURIComponent(query.data.with.correlationId)}`}>
                {query.data.with.healthy ? 'a healthy request' : query.data.with.correlationId}
              </a>{' '}
              of {query.data.with.start.slice(0, 19).replace('T', ' ')} UTC:{' '}
              {formatDuration(query.data.durationNs)} here,{' '}
              {formatDuration(query.data.with.durationNs)} there
            </>
          ) : (
            'Another request beside this one'
          )}
        </span>
        <input
          type="search"
          aria-label="Id to compare with"
          placeholder="another id; empty: a healthy one"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className={ui.button}>
          Compare
        </button>
      </form>
      {query.data && query.data.incomplete.length > 0 && (
        <p role="status">
          Not all spans may be here:{' '}
          {query.data.incomplete.map(({ sentence }) => sentence).join('; ')}.
        </p>
      )}
      <Panel
        state={query.isPending ? 'loading' : query.error ? 'failed' : 'ready'}
        message={query.isPending ? 'Looking for a healthy request…' : query.error?.message}
        height={120}
      >
        {query.data && (
          <table className={styles.differences}>
            <thead>
              <tr>
                <th scope="col">Operation</th>
                <th scope="col">Difference</th>
                <th scope="col">Calls here / there</th>
                <th scope="col">Errors here / there</th>
                <th scope="col">Own time here / there</th>
              </tr>
            </thead>
            <tbody>
              {query.data.operations.map((row) => (
                <tr key={`${row.service} ${row.name} ${row.kind}`} data-change={row.change}>
                  <th scope="row">
                    <Stripe service={row.service} services={services} /> {row.service} {row.name}{' '}
                    <small>{row.kind}</small>
                  </th>
                  <td>{WORDS[row.change]}</td>
                  <td>{pair(row, (figures) => String(figures.calls))}</td>
                  <td>{pair(row, (figures) => String(figures.errors))}</td>
                  <td>{pair(row, (figures) => formatDuration(figures.selfNs))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
    </div>
  );
}

/** Here, then there. */
const pair = (
  { here, there }: Difference,
  show: (figures: NonNullable<Difference['here']>) => string,
) => `${here ? show(here) : '–'} / ${there ? show(there) : '–'}`;
