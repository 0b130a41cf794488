import type { EpisodeView } from '@/lib/alerts/contract';
import { formatClock, impactSentence } from './alert-text';
import styles from './alerts.module.css';

/** How bad: counted, not yet counted, or unknown and why. */
export function ImpactLine({ episode, now }: { episode: EpisodeView; now: number }) {
  if (!episode.service)
    return (
      <p className={styles.impactLine}>
        No label of this alert names a service; its requests cannot be counted.
      </p>
    );
  if (!episode.impact)
    return (
      <p className={styles.impactLine}>
        {episode.state === 'resolved'
          ? ''
          : `Counting affected requests since ${formatClock(episode.hurtSince ?? episode.startedAt)} UTC.`}
      </p>
    );
  const { share, rest } = impactSentence(episode.impact, now);
  return (
    <p className={styles.impactLine} data-testid="impact">
      {share && <b className={styles.critical}>{share}</b>}
      {rest}{' '}
      {episode.hurtSince && (
        <span className={styles.soft}>
          Counted from {formatClock(episode.impact.since)} UTC, when the rule’s window began.
        </span>
      )}
    </p>
  );
}
