'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { LinkRow, ListSection } from '@/components/ui/list-section';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { EpisodeList, EpisodeRow } from '@/lib/alerts/contract';
import { describeAcknowledgement, describeFiring, formatElapsed, nothingFires } from './alert-text';
import { HeartbeatBanner } from './heartbeat-banner';
import { alertKeys, listQuery } from './queries';
import { Severity } from './severity';
import { useAlertStream } from './use-alert-stream';
import { useNow } from './use-now';
import { impactShort } from './impact-text';
import styles from './firing-now.module.css';

const ROWS = 5;

/** What fires now, and who has it: the first rows of the alert list. */
export function FiringNow({ initial, search }: { initial: EpisodeList; search: string }) {
  const client = useQueryClient();
  const { data: list } = useQuery({ ...listQuery(search), initialData: initial });
  const lostAt = useAlertStream(() => client.invalidateQueries({ queryKey: alertKeys.lists }));
  const now = useNow(initial.at);
  const { firing } = list.counts;
  return (
    <div>
      <HeartbeatBanner heartbeat={list.heartbeat} lostAt={lostAt} />
      <ListSection
        id="firing"
        title="Firing now"
        note={firing === 0 ? undefined : describeFiring(list.counts)}
      >
        <Panel
          state={list.episodes.length ? 'ready' : 'empty'}
          height={48}
          message={nothingFires(list.heartbeat, now)}
        >
          {list.episodes.slice(0, ROWS).map((episode) => (
            <FiringRow key={episode.id} episode={episode} now={now} />
          ))}
        </Panel>
      </ListSection>
      {firing > ROWS && (
        <Link href="/alerts" className={`${ui.button} ${styles.all}`}>
          All {firing} →
        </Link>
      )}
    </div>
  );
}

function FiringRow({ episode, now }: { episode: EpisodeRow; now: number }) {
  return (
    <LinkRow href={`/alerts/${episode.id}`} className={styles.row}>
      <Severity episode={episode} word={false} />
      <span>
        <b>{episode.name}</b>
      </span>
      <span className={`${styles.soft} ${styles.service}`}>{episode.service}</span>
      <span className="mono">{formatElapsed(episode.startedAt, now)}</span>
      <span className={`${styles.soft} ${styles.impact}`}>{impactShort(episode)}</span>
      <span className={styles.owner}>
        {episode.acknowledgement
          ? describeAcknowledgement(episode.acknowledgement)
          : 'nobody on it →'}
      </span>
    </LinkRow>
  );
}
