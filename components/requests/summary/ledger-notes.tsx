'use client';

import type { RequestView } from '@/lib/requests/contract';
import { keptSinceText, ledgerProblems, occurrencesOf, sharedIdsText } from './ledger-text';
import shared from '../requests.module.css';
import styles from './ledger.module.css';

/** What limits what is shown: it is evidence, a source did not answer, the id was used before. */
export function LedgerNotes({ view, onRetry }: { view: RequestView; onRetry: () => void }) {
  const problems = ledgerProblems(view);
  const occurrences = occurrencesOf(view.annotations);
  const sharedIds = sharedIdsText(view.annotations);
  const wrongTimes = view.annotations.filter((note) => note.kind === 'implausible-time');
  const notes = problems.length + occurrences.length + wrongTimes.length;
  if (notes === 0 && sharedIds === '' && !view.evidence) return null;
  return (
    <div className={shared.notes} role="status">
      {view.evidence && (
        <p>
          {keptSinceText(view.evidence.keptAt)}. This is evidence of that moment; live data may have
          expired.
        </p>
      )}
      {problems.map(({ signal, text }) => (
        <p key={signal}>
          {text}{' '}
          {view.complete && (
            <button type="button" className={shared.linkButton} onClick={onRetry}>
              Retry
            </button>
          )}
        </p>
      ))}
      {sharedIds && <p>{sharedIds}</p>}
      {wrongTimes.map(({ sentence }) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {occurrences.length > 0 && (
        <p>
          This id was used {occurrences.length} times:{' '}
          {occurrences.map(({ from, text, search }) => (
            <a key={from} className={styles.occurrence} href={search}>
              {text}
            </a>
          ))}
        </p>
      )}
    </div>
  );
}
