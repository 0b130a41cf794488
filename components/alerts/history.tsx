import Link from 'next/link';
import type { EpisodeView } from '@/lib/alerts/schema';
import { formatInstant } from '@/lib/time/format';
import { lasted } from './words';
import styles from './alerts.module.css';

/** What happened just before it. */
export function Changes({ episode }: { episode: EpisodeView }) {
  return (
    <section className={styles.card}>
      <h2>
        What changed before it <small>other alerts, in the hour before</small>
      </h2>
      {episode.changes.length === 0 ? (
        <p className={styles.nothing}>No other alert began or ended in the hour before. Rollouts are not known here yet.</p>
      ) : (
        episode.changes.map((each) => (
          <Link key={`${each.id} ${each.kind}`} href={`/alerts/${each.id}`} prefetch={false} className={styles.change}>
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
      <h2>{episode.before.some(({ same }) => same === 'signature') ? 'Same failure before' : 'Seen before'}</h2>
      {episode.before.length === 0 ? (
        <p className={styles.soft}>Not seen before.</p>
      ) : (
        episode.before.map((each) => (
          <Link key={each.id} href={`/alerts/${each.id}`} prefetch={false} className={styles.earlier}>
            <b>
              {formatInstant(Date.parse(each.startedAt)).replace(/:\d\d UTC$/, ' UTC')}, {lasted(each.startedAt, Date.parse(each.resolvedAt))}
            </b>{' '}
            <span className={styles.soft}>
              {each.owner ?? 'nobody'}
              {each.same === 'alert' ? ', same alert' : ''}
            </span>
            {each.fix ? <p>“{each.fix}”</p> : each.notes.length ? <p>“{each.notes.at(-1)}”</p> : <p className={styles.soft}>resolved by itself, no note</p>}
          </Link>
        ))
      )}
    </section>
  );
}
