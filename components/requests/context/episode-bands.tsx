'use client';

import { CONTEXT_MS } from '@/lib/requests/view/axis';
import type { EpisodeBand } from '@/lib/alerts/contract';
import styles from '../requests.module.css';

const STATE = { firing: '✕ firing', acknowledged: '⚑', resolved: '■ resolved' } as const;

/** Alert episodes on the context axis: since when, who has them, and the request as a band across. */
export default function EpisodeBands({
  episodes,
  startMs,
  endMs,
}: {
  episodes: readonly EpisodeBand[];
  startMs: number;
  endMs: number;
}) {
  const [from, to] = [startMs - CONTEXT_MS, endMs + CONTEXT_MS];
  const at = (ms: number) => Math.min(100, Math.max(0, ((ms - from) / (to - from)) * 100));
  return (
    <section className={styles.bands} aria-label="Alerts around the request" data-testid="bands">
      <b>Alerts around it</b>
      <ul>
        {episodes.map((episode) => {
          const [left, right] = [
            at(Date.parse(episode.startedAt)),
            at(episode.resolvedAt ? Date.parse(episode.resolvedAt) : to),
          ];
          return (
            <li key={episode.id}>
              <a href={`/alerts/${episode.id}`}>{episode.name}</a>{' '}
              <span>
                {episode.severity}
                {episode.service ? `, ${episode.service}` : ''} · {episode.startedAt.slice(11, 16)}–
                {episode.resolvedAt?.slice(11, 16) ?? 'now'} UTC · {STATE[episode.state]}
                {episode.owner ? ` ${episode.owner}` : ''}
                {episode.note ? ` “${episode.note}”` : ''}
              </span>
              <span className={styles.bandTrack} aria-hidden>
                <span
                  className={styles.band}
                  data-state={episode.state}
                  style={{ left: `${left}%`, width: `${Math.max(0.5, right - left)}%` }}
                />
                <span
                  className={styles.bandRequest}
                  style={{
                    left: `${at(startMs)}%`,
                    width: `max(3px, ${at(endMs) - at(startMs)}%)`,
                  }}
                />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
