import Link from 'next/link';
import type { EpisodeRow } from '@/lib/alerts/contract';
import { describeAcknowledgement, formatClock, formatElapsed, roundFigures } from './alert-text';
import { impactShort } from './impact-text';
import { Severity, State, TestMark } from './severity';
import styles from './alert-list.module.css';

/** One episode in a list. What it says may change under the eye; where it stands does not. */
export function AlertRow({
  episode,
  now,
  gone,
  selected,
  focusable,
  onSelect,
}: {
  episode: EpisodeRow;
  now: number;
  /** It no longer matches the filters, and stays until the list is shown anew. */
  gone: boolean;
  selected: boolean;
  focusable: boolean;
  onSelect: (() => void) | undefined;
}) {
  const { id, name, resolvedAt } = episode;
  return (
    <div
      className={styles.row}
      role="row"
      aria-selected={onSelect ? selected : undefined}
      data-episode={id}
      data-gone={gone}
      tabIndex={focusable ? 0 : -1}
    >
      {onSelect && (
        <span role="gridcell" className={styles.select}>
          <input
            type="checkbox"
            checked={selected}
            onChange={onSelect}
            aria-label={`Select ${name}`}
            tabIndex={-1}
          />
        </span>
      )}
      <span role="gridcell" className={styles.stateCell}>
        <State state={episode.state} />
      </span>
      <span role="gridcell">
        <Severity episode={episode} />
      </span>
      <span role="gridcell" className={styles.name}>
        <Link href={`/alerts/${id}`} prefetch={false} tabIndex={-1}>
          {name}
        </Link>
        {episode.test && <TestMark />}
        <small>{roundFigures(episode.summary)}</small>
      </span>
      <span role="gridcell" className={styles.soft}>
        {episode.service ?? '–'}
      </span>
      <span role="gridcell" className="mono">
        {resolvedAt ? `${formatClock(resolvedAt)} UTC` : formatElapsed(episode.startedAt, now)}
      </span>
      <span role="gridcell" className={styles.impact}>
        {resolvedAt ? '' : impactShort(episode)}
      </span>
      <span role="gridcell" className={styles.owner}>
        {gone ? 'no longer matches' : ownerText(episode)}
      </span>
    </div>
  );
}

function ownerText({ unconfirmed, acknowledgement }: EpisodeRow): string {
  if (unconfirmed) return 'unconfirmed, asking its source…';
  if (!acknowledgement) return '';
  const silence = acknowledgement.silenceFailure === null ? '' : ', not silenced';
  return `${describeAcknowledgement(acknowledgement)}${silence}`;
}
