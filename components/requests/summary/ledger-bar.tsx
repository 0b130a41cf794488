'use client';

import { useState } from 'react';
import type { LedgerEntry, RequestView } from '@/lib/requests/contract';
import { useRequestSearch } from '../use-request-search';
import { LedgerNotes } from './ledger-notes';
import {
  answeredText,
  entryText,
  SIGNAL_TITLES,
  skewText,
  STATE_ICONS,
  tookText,
} from './ledger-text';
import shared from '../requests.module.css';
import styles from './ledger.module.css';

interface Props {
  readonly view: RequestView;
  readonly onRetry: () => void;
}

/** How far to trust the picture: per source what was asked, how it went, how long it took. */
export function LedgerBar({ view, onRetry }: Props) {
  const [open, setOpen] = useState(false);
  const answered = answeredText(view);
  return (
    <>
      <section
        className={`${styles.ledger} ${open ? styles.open : ''}`}
        aria-label="Sources"
        data-testid="ledger"
      >
        <p className={styles.short}>
          {answered}
          <button
            type="button"
            className={shared.linkButton}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            details
          </button>
        </p>
        <ul className={styles.entries}>
          {view.ledger.map((entry) => (
            <Entry key={entry.signal} entry={entry} view={view} />
          ))}
        </ul>
        <ClockToggle skew={skewText(view.annotations)} />
      </section>
      <LedgerNotes view={view} onRetry={onRetry} />
      <span className="visually-hidden" role="status">
        {view.complete ? answered : ''}
      </span>
    </>
  );
}

function Entry({ entry, view }: { entry: LedgerEntry; view: RequestView }) {
  const { window } = entry;
  return (
    <li
      data-signal={entry.signal}
      data-state={entry.state}
      title={window ? `asked ${window.from} to ${window.to}` : undefined}
    >
      <span className={styles.icon} aria-hidden>
        {STATE_ICONS[entry.state]}
      </span>
      <b>{SIGNAL_TITLES[entry.signal]}</b>
      <span>{entryText(entry, view)}</span>
      <span className={`${styles.duration} mono`}>{tookText(entry)}</span>
    </li>
  );
}

/** Where clocks of hosts disagree, times are adjusted; this shows them as they were. */
function ClockToggle({ skew }: { skew: string }) {
  const [{ clock }, setSearch] = useRequestSearch();
  if (!skew) return null;
  return (
    <span className={styles.clock}>
      clocks{' '}
      <button
        type="button"
        className={shared.linkButton}
        onClick={() => void setSearch({ clock: clock === 'raw' ? 'adjusted' : 'raw' })}
        aria-pressed={clock === 'raw'}
      >
        {clock}
      </button>
      {skew}
    </span>
  );
}
