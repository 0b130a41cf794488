'use client';

import type { SpanRow } from '@/lib/requests/contract';
import { formatDuration } from '@/lib/time/format';
import { useRequestSearch } from '../use-request-search';
import styles from './verdict.module.css';

/** On a phone, where the details do not stand beside the picture: what the verdict points at. */
export function CulpritCard({ culprit }: { culprit: SpanRow }) {
  const [, setSearch] = useRequestSearch();
  return (
    <button
      type="button"
      className={styles.culpritCard}
      data-failed={culprit.failed}
      onClick={() => void setSearch({ span: culprit.id })}
    >
      <b>
        {culprit.service} <span className={styles.operation}>{culprit.name}</span>
      </b>
      <br />
      {culpritReason(culprit)}
    </button>
  );
}

function culpritReason({
  outcome,
  statusMessage,
  errorType,
  durationNs,
  normalNs,
}: SpanRow): string {
  if (outcome !== 'good') return statusMessage || (errorType ?? '');
  const usual = normalNs === null ? '' : `, normally ${formatDuration(normalNs)}`;
  return `${formatDuration(durationNs)}${usual}`;
}
