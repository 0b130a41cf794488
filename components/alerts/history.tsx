'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { ChangeList } from '@/components/ui/change-list';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatInstant } from '@/lib/time/format';
import { changesQuery } from './queries';
import { formatElapsed } from './alert-text';
import styles from './alerts.module.css';

/** What happened in the hour before: cluster events of what the alert names, and other alerts. */
export function Changes({ episode }: { episode: EpisodeView }) {
  const { data, error } = useQuery(changesQuery(episode.id));
  return (
    <section className={styles.card} data-testid="changes">
      <h2>Changes in the hour before</h2>
      {data && data.changes.length > 0 && (
        <div className={styles.clusterChanges}>
          <ChangeList changes={data.changes} />
        </div>
      )}
      {(data?.failed ?? error) && (
        <p className={styles.remark}>
          {data?.failed ?? 'Cluster events cannot be read: the portal did not answer.'}
        </p>
      )}
      {data && !data.failed && data.changes.length === 0 && (
        <p className={styles.remark}>
          No rollout or cluster event for {episode.service ?? episode.name} in that hour.
        </p>
      )}
      {episode.changes.length === 0 ? (
        <p className={styles.remark}>No other alert fired or resolved in that hour.</p>
      ) : (
        episode.changes.map((each) => (
          <Link
            key={`${each.id} ${each.kind}`}
            href={`/alerts/${each.id}`}
            prefetch={false}
            className={styles.alertChange}
          >
            <span className="mono">{each.at.slice(11, 19)}</span>
            <b>
              {each.name} {each.kind}
            </b>
            <span className={styles.soft}>{each.service}</span>
            <span className={styles.open}>open →</span>
          </Link>
        ))
      )}
    </section>
  );
}

/** What it was the last times, and what fixed it. */
export function SeenBefore({ episode }: { episode: EpisodeView }) {
  return (
    <section data-testid="before">
      <h2>
        {episode.before.some(({ same }) => same === 'signature')
          ? 'Same failure before'
          : 'Seen before'}
      </h2>
      {episode.before.length === 0 ? (
        <p className={styles.soft}>Not seen before.</p>
      ) : (
        episode.before.map((each) => (
          <Link
            key={each.id}
            href={`/alerts/${each.id}`}
            prefetch={false}
            className={styles.earlier}
          >
            <b>
              {formatInstant(Date.parse(each.startedAt)).replace(/:\d\d UTC$/, ' UTC')},{' '}
              {formatElapsed(each.startedAt, Date.parse(each.resolvedAt))}
            </b>{' '}
            <span className={styles.soft}>
              {each.owner ?? 'nobody'}
              {each.same === 'alert' ? ', same alert' : ''}
            </span>
            {each.fix ? (
              <p>“{each.fix}”</p>
            ) : each.notes.length ? (
              <p>“{each.notes.at(-1)}”</p>
            ) : (
              <p className={styles.soft}>resolved by itself, no note</p>
            )}
          </Link>
        ))
      )}
    </section>
  );
}
