'use client';

import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import ui from '@/components/ui/ui.module.css';
import type { Comparison as Compared, Difference } from '@/lib/requests/view/contract';
import { comparisonQuery, queryState } from '../queries';
import { useShownRequest } from '../request-context';
import { NAVIGATION, useRequestSearch } from '../use-request-search';
import { callsText, CHANGES, durationsText, errorsText, selfTimeText } from './comparison-text';
import styles from './signals.module.css';

const COLUMNS = [
  'Operation',
  'Difference',
  'Calls here / there',
  'Errors here / there',
  'Self time here / there',
] as const;

/**
 * This request compared with a healthy one of the same root, or with any that is named; what
 * differs most first.
 */
export default function Comparison() {
  const { view } = useShownRequest();
  const [search, setSearch] = useRequestSearch();
  const query = useQuery(comparisonQuery(view.correlationId, view.revision, search.with));
  const { data } = query;
  return (
    <div
      className={styles.tableTab}
      data-testid="comparison"
      tabIndex={0}
      role="region"
      aria-label="Comparison"
    >
      <OtherRequestForm
        compared={data}
        initial={search.with ?? ''}
        onCompare={(id) => void setSearch({ with: id || null }, NAVIGATION)}
      />
      {data && data.incomplete.length > 0 && (
        <p role="status">
          Spans may be missing: {data.incomplete.map(({ sentence }) => sentence).join('; ')}.
        </p>
      )}
      <Panel {...queryState(query, 'Searching for a healthy request…')} height={120}>
        {data && <DifferenceTable differences={data.operations} />}
      </Panel>
    </div>
  );
}

function OtherRequestForm({
  compared,
  initial,
  onCompare,
}: {
  compared: Compared | undefined;
  initial: string;
  onCompare: (id: string) => void;
}) {
  const [typed, setTyped] = useState(initial);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCompare(typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <span>
        {compared ? <OtherRequest compared={compared} /> : 'Compare with another request'}
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
  );
}

function OtherRequest({ compared }: { compared: Compared }) {
  const { correlationId, healthy } = compared.with;
  return (
    <>
      Compared with{' '}
      <a href={`/requests/${encodeURIComponent(correlationId)}`}>
        {healthy ? 'a healthy request' : correlationId}
      </a>{' '}
      {durationsText(compared)}
    </>
  );
}

function DifferenceTable({ differences }: { differences: readonly Difference[] }) {
  const { services } = useShownRequest();
  return (
    <table className={styles.differences}>
      <thead>
        <tr>
          {COLUMNS.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {differences.map((row) => (
          <tr key={`${row.service} ${row.name} ${row.kind}`} data-change={row.change}>
            <th scope="row">
              <Stripe service={row.service} services={services} /> {row.service}{' '}
              <span className={styles.operation}>{row.name}</span> <small>{row.kind}</small>
            </th>
            <td>{CHANGES[row.change]}</td>
            <td>{callsText(row)}</td>
            <td>{errorsText(row)}</td>
            <td>{selfTimeText(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
