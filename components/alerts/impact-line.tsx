import type { EpisodeView } from '@/lib/alerts/contract';
import { formatClock } from './alert-text';
import { impactSentence, NO_REQUESTS } from './impact-text';
import styles from './episode.module.css';

/** How bad: counted, not yet counted, or unknown and why. */
export function ImpactLine({ episode, now }: { episode: EpisodeView; now: number }) {
  const { service, impact, state, startedAt, impactedSince, subject } = episode;
  if (subject?.kind === 'infrastructure') return <p className={styles.impactLine}>{NO_REQUESTS}</p>;
  if (!service)
    return (
      <p className={styles.impactLine}>
        No label of this alert names a service; its requests cannot be counted.
      </p>
    );
  if (!impact && state === 'resolved') return null;
  if (!impact)
    return (
      <p className={styles.impactLine}>
        Counting affected requests since {formatClock(impactedSince ?? startedAt)} UTC.
      </p>
    );
  const { share, rest } = impactSentence(impact, now);
  return (
    <p className={styles.impactLine} data-testid="impact">
      {share && <b className={styles.critical}>{share}</b>}
      {rest}{' '}
      {impactedSince && (
        <span className={styles.soft}>
          Counted from {formatClock(impact.since)} UTC, when the rule’s window began.
        </span>
      )}
    </p>
  );
}
