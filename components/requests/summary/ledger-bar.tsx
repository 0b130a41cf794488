'use client';

import type { Annotation, LedgerEntry, RequestView } from '@/lib/requests/contract';
import { formatCount, formatDuration } from '@/lib/time/format';
import { useState } from 'react';
import styles from '../requests.module.css';

const GLYPHS: Record<LedgerEntry['state'], readonly [string, string]> = {
  searching: ['◐', ''],
  ok: ['✓', 'stateOk'],
  empty: ['○', ''],
  partial: ['◐', 'statePart'],
  failed: ['✕', 'stateBad'],
  skipped: ['–', ''],
};
const TITLES = { traces: 'Traces', logs: 'Logs', metrics: 'Metrics', alerts: 'Alerts' } as const;
const many = (count: number, word: string) =>
  `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`;

/** How far to trust the picture: per source what was asked, how it went, how long it took. */
export function LedgerBar({
  view,
  onRetry,
  raw,
  onRaw,
}: {
  view: RequestView;
  onRetry: () => void;
  raw: boolean;
  onRaw: () => void;
}) {
  const [details, setDetails] = useState(false);
  const answered = view.ledger.filter((entry) =>
    ['ok', 'empty', 'partial'].includes(entry.state),
  ).length;
  const asked = view.ledger.filter((entry) => entry.state !== 'skipped').length;
  const problems = view.ledger.filter(
    (entry) => entry.state === 'failed' || entry.state === 'partial',
  );
  const skew = view.annotations.filter(
    (note): note is Extract<Annotation, { kind: 'skew' }> => note.kind === 'skew',
  );
  const occurrences = view.annotations.filter(
    (note): note is Extract<Annotation, { kind: 'occurrence' }> => note.kind === 'occurrence',
  );
  return (
    <>
      <section
        className={`${styles.ledger} ${details ? styles.details : ''}`}
        aria-label="Sources"
        data-testid="ledger"
      >
        <p className={styles.short}>
          {view.complete
            ? `${answered} of ${asked} sources answered`
            : `${answered} of ${asked} sources answered so far`}
          <button
            type="button"
            className={styles.linkButton}
            aria-expanded={details}
            onClick={() => setDetails(!details)}
          >
            details
          </button>
        </p>
        <ul className={styles.full}>
          {view.ledger.map((entry) => (
            <li
              key={entry.signal}
              data-signal={entry.signal}
              data-state={entry.state}
              title={entry.window ? `asked ${entry.window.from} to ${entry.window.to}` : undefined}
            >
              <span className={styles[GLYPHS[entry.state][1]]} aria-hidden>
                {GLYPHS[entry.state][0]}
              </span>
              <b>{TITLES[entry.signal]}</b>
              <span>{wordsFor(entry, view)}</span>
              {entry.state !== 'skipped' && (
                <span className={`${styles.took} mono`}>{formatDuration(entry.tookMs * 1e6)}</span>
              )}
            </li>
          ))}
        </ul>
        {skew.length > 0 && (
          <span className={styles.clock}>
            clocks{' '}
            <button type="button" className={styles.linkButton} onClick={onRaw} aria-pressed={raw}>
              {raw ? 'raw' : 'adjusted'}
            </button>
            {skew
              .map(
                (note) =>
                  `${note.host} ${note.aheadNs > 0 ? '+' : '−'}${formatDuration(Math.abs(note.aheadNs))}`,
              )
              .join(', ')}
          </span>
        )}
      </section>
      {(problems.length > 0 || occurrences.length > 0 || view.evidence) && (
        <div className={styles.notes} role="status">
          {view.evidence && (
            <p>
              Kept since {view.evidence.keptAt.slice(0, 16).replace('T', ' ')} UTC: a snapshot; live
              data may have expired.
            </p>
          )}
          {problems.map((entry) => (
            <p key={entry.signal}>
              {entry.state === 'partial' ? `${TITLES[entry.signal]} partial: ` : ''}
              {entry.reasons.map(({ sentence }) => sentence).join('; ')}.
              {view.complete && entry.state === 'failed' && problems.length === 1 && asked > 1
                ? ' Everything else is complete.'
                : ''}{' '}
              {view.complete && (
                <button type="button" className={styles.linkButton} onClick={onRetry}>
                  Retry
                </button>
              )}
            </p>
          ))}
          {occurrences.length > 0 && (
            <p>
              This id was used {occurrences.length} times:{' '}
              {[...occurrences].reverse().map((use) => (
                <a
                  key={use.from}
                  style={{ marginRight: 12 }}
                  href={`?${new URLSearchParams({ from: shifted(use.from, -60), to: shifted(use.to, 60) })}`}
                >
                  {use.from.slice(0, 19).replace('T', ' ')} UTC, {many(use.traces, 'trace')}
                </a>
              ))}
            </p>
          )}
        </div>
      )}
      <span className="visually-hidden" role="status">
        {view.complete ? `${answered} of ${asked} sources answered` : ''}
      </span>
    </>
  );
}

const shifted = (time: string, seconds: number) =>
  new Date(Date.parse(time) + seconds * 1000).toISOString();

function wordsFor(entry: LedgerEntry, view: RequestView): string {
  const rows =
    entry.signal === 'traces'
      ? `${many(view.lanes.length, 'lane')}, ${many(view.spanCount, 'span')}`
      : entry.signal === 'logs'
        ? `${many(view.logCount, 'line')}${unattached(view)}`
        : entry.signal === 'alerts'
          ? `${many(entry.rows, 'alert')} around it`
          : many(entry.rows, 'series').replace('seriess', 'series');
  if (entry.state === 'searching')
    return `${entry.source} · ${entry.rows ? `${rows}, ` : ''}searching${entry.sweeping ? `, last ${entry.sweeping}` : ''}…`;
  if (entry.state === 'failed') return `${entry.source} · did not answer`;
  if (entry.state === 'skipped') return entry.reasons[0]?.sentence ?? 'not asked';
  if (entry.state === 'empty')
    return `${entry.source} · nothing${entry.window ? ` in ${formatDuration((Date.parse(entry.window.to) - Date.parse(entry.window.from)) * 1e6)}` : ''}`;
  return `${entry.source} · ${rows}`;
}

function unattached(view: RequestView): string {
  const count = view.logs.filter((line) => line.unattached).length;
  return count ? `, ${formatCount(count)} unattached` : '';
}
