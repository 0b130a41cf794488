import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { ChangeList } from '@/components/ui/change-list';
import type { ChangesView } from '@/lib/alerts/analysis/contract';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatInstant } from '@/lib/time/format';
import { formatClockSeconds, formatElapsed } from './alert-text';
import { EpisodeCard } from './episode-card';
import { changesQuery } from './queries';
import styles from './episode.module.css';

/** Where a failure begins is known a little after it fired. */
const CHANGES_EVERY_MS = 30_000;

/** What happened in the hour before: cluster events of what the alert names, and other alerts. */
export function Changes({ episode }: { episode: EpisodeView }) {
  const { data, error } = useQuery({
    ...changesQuery(episode.id),
    refetchInterval: episode.state === 'resolved' ? false : CHANGES_EVERY_MS,
  });
  const failed =
    data?.failed ?? (error && 'Cluster events cannot be read: the portal did not answer.');
  const none = data && !failed && data.changes.length === 0;
  return (
    <EpisodeCard title="Changes in the hour before" testId="changes">
      {data && data.changes.length > 0 && (
        <div className={styles.clusterChanges}>
          <ChangeList changes={data.changes} />
        </div>
      )}
      {failed && <p className={styles.remark}>{failed}</p>}
      {none && (
        <p className={styles.remark}>
          No rollout or cluster event for {placesOf(episode, data)} in that hour.
        </p>
      )}
      {episode.changes.length === 0 && (
        <p className={styles.remark}>No other alert fired or resolved in that hour.</p>
      )}
      {episode.changes.map((change) => (
        <Link
          key={`${change.id} ${change.kind}`}
          href={`/alerts/${change.id}`}
          prefetch={false}
          className={styles.alertChange}
        >
          <span className="mono">{formatClockSeconds(change.at)}</span>
          <b>
            {change.name} {change.kind}
          </b>
          <span className={styles.soft}>{change.service}</span>
          <span className={styles.open}>open →</span>
        </Link>
      ))}
    </EpisodeCard>
  );
}

/** "edge and inventory": whose changes were looked for. */
const placesOf = ({ service, name }: EpisodeView, { services }: ChangesView): string =>
  new Intl.ListFormat('en').format(services.length > 0 ? services : [service ?? name]);

type Earlier = EpisodeView['before'][number];

/** What it was the last times, and what fixed it. */
export function SeenBefore({ episode }: { episode: EpisodeView }) {
  const { before, leadingSignature } = episode;
  const sameFailure = before.filter(({ same }) => same === 'signature');
  const sameAlert = before.filter(({ same }) => same === 'alert');
  return (
    <section data-testid="before">
      <h2>Seen before</h2>
      {before.length === 0 && <p className={styles.soft}>Not seen before.</p>}
      {sameFailure.length > 0 && <p className={styles.soft}>Led by {leadingSignature}:</p>}
      {sameFailure.map((earlier) => (
        <EarlierEpisode key={earlier.id} earlier={earlier} />
      ))}
      {sameAlert.length > 0 && (
        <p className={styles.soft}>Same alert{leadingSignature ? ', another cause' : ''}:</p>
      )}
      {sameAlert.map((earlier) => (
        <EarlierEpisode key={earlier.id} earlier={earlier} />
      ))}
    </section>
  );
}

function EarlierEpisode({ earlier }: { earlier: Earlier }) {
  const { id, name, service, startedAt, resolvedAt, owner, fix, notes, resolvedByPerson } = earlier;
  const started = formatInstant(Date.parse(startedAt)).replace(/:\d\d UTC$/, ' UTC');
  const words = fix ?? notes.at(-1);
  return (
    <Link href={`/alerts/${id}`} prefetch={false} className={styles.earlier}>
      <b>
        {started}, {formatElapsed(startedAt, Date.parse(resolvedAt))}
      </b>{' '}
      <span className={styles.soft}>
        {service ? `${name} of ${service}` : name}, {owner ?? 'nobody'}
      </span>
      {words ? (
        <p>“{words}”</p>
      ) : (
        <p className={styles.soft}>resolved by {resolvedByPerson ?? 'itself'}, no note</p>
      )}
    </Link>
  );
}
