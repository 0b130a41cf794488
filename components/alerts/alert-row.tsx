import Link from 'next/link';
import type { EpisodeRow } from '@/lib/alerts/contract';
import {
  describeAcknowledgement,
  formatClock,
  formatElapsed,
  impactShort,
  roundFigures,
} from './alert-text';
import { Severity, State } from './severity';
import styles from './alerts.module.css';

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
  gone: boolean;
  selected: boolean;
  focusable: boolean;
  onSelect: (() => void) | undefined;
}) {
  const { acknowledgement } = episode;
  return (
    <div
      className={styles.row}
      role="row"
      aria-selected={onSelect ? selected : undefined}
      data-episode={episode.id}
      data-gone={gone}
      tabIndex={focusable ? 0 : -1}
    >
      {onSelect && (
        <span role="gridcell" className={styles.select}>
          <input
            type="checkbox"
            checked={selected}
            onChange={onSelect}
            aria-label={`Select ${episode.name}`}
            tabIndex={-1}
          />
        </span>
      )}
      <span role="gridcell" className={styles.stateCell}>
        <State state={episode.state} />
      </span>
      <span role="gridcell">
        <Severity severity={episode.severity} />
      </span>
      <span role="gridcell" className={styles.name}>
        <Link href={`/alerts/${episode.id}`} prefetch={false} tabIndex={-1}>
          {episode.name}
        </Link>
        <small>{roundFigures(episode.summary)}</small>
      </span>
      <span role="gridcell" className={styles.soft}>
        {episode.service ?? '–'}
      </span>
      <span role="gridcell" className="mono">
        {episode.resolvedAt
          ? `${formatClock(episode.resolvedAt)} UTC`
          : formatElapsed(episode.startedAt, now)}
      </span>
      <span role="gridcell" className={styles.impact}>
        {episode.resolvedAt ? '' : impactShort(episode)}
      </span>
      <span role="gridcell" className={styles.owner}>
        {gone
          ? 'no longer matches'
          : episode.doubtful
            ? 'unconfirmed, asking its source…'
            : acknowledgement
              ? describeAcknowledgement(acknowledgement)
              : ''}
      </span>
    </div>
  );
}
