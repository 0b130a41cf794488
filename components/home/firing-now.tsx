'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { DeafBanner } from '@/components/alerts/heartbeat-banner';
import { listQuery, useAlertStream, useNow } from '@/components/alerts/queries';
import { Severity } from '@/components/alerts/severity';
import { clock, impactShort, lasted, nothingFires } from '@/components/alerts/alert-text';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { EpisodeList } from '@/lib/alerts/contract';
import styles from './home.module.css';

const ROWS = 5;

/** What fires now, and who has it: the first five, as the alert list has them. */
export function FiringNow({ initial }: { initial: EpisodeList }) {
  const client = useQueryClient();
  const { data: list = initial } = useQuery({ ...listQuery('limit=20'), initialData: initial });
  const lostAt = useAlertStream(() => client.invalidateQueries({ queryKey: ['alerts', 'list'] }));
  const now = useNow(initial.at);
  const { firing, unacknowledged } = list.counts;
  return (
    <section className={styles.section} aria-labelledby="firing">
      <DeafBanner heartbeat={list.heartbeat} lostAt={lostAt} />
      <h2 id="firing">
        Firing now{' '}
        <small>
          {firing === 0
            ? ''
            : `${firing}, ${unacknowledged === 0 ? 'everything has someone' : unacknowledged === 1 ? 'one needs someone' : `${unacknowledged} need someone`}`}
        </small>
      </h2>
      <div className={styles.list} data-testid="firing">
        <Panel
          state={list.episodes.length ? 'ready' : 'empty'}
          height={48}
          message={nothingFires(list.heartbeat, now)}
        >
          {list.episodes.slice(0, ROWS).map((episode) => (
            <Link
              key={episode.id}
              href={`/alerts/${episode.id}`}
              prefetch={false}
              className={`${styles.row} ${styles.firing}`}
            >
              <Severity severity={episode.severity} word={false} />
              <span>
                <b>{episode.name}</b>
              </span>
              <span className={styles.soft}>{episode.service}</span>
              <span className="mono">{lasted(episode.startedAt, now)}</span>
              <span className={styles.soft}>{impactShort(episode)}</span>
              <span className={styles.has}>
                {episode.acknowledgement
                  ? `⚑ ${episode.acknowledgement.owner}, until ${clock(episode.acknowledgement.expiresAt)}`
                  : 'needs someone →'}
              </span>
            </Link>
          ))}
        </Panel>
      </div>
      {firing > ROWS && (
        <Link href="/alerts" className={`${ui.button} ${styles.all}`}>
          All {firing} →
        </Link>
      )}
    </section>
  );
}
