'use client';

import type { EpisodeBand } from '@/lib/alerts/contract';
import { useShownRequest } from '../request-context';
import { ContextAxis } from './context-axis';
import styles from './context.module.css';

const STATES: Readonly<Record<EpisodeBand['state'], string>> = {
  firing: '✕ firing',
  acknowledged: '⚑ acknowledged by',
  resolved: '■ resolved',
};

/**
 * Alert episodes on the context axis: since when, who has acknowledged them, and the request as a
 * band across.
 */
export default function EpisodeBands({ episodes }: { episodes: readonly EpisodeBand[] }) {
  const { startMs, endMs } = useShownRequest();
  const axis = new ContextAxis(startMs, endMs);
  return (
    <section className={styles.section} aria-label="Alerts around the request" data-testid="bands">
      <b>Alerts around the request</b>
      <ul>
        {episodes.map((episode) => (
          <li key={episode.id}>
            <a href={`/alerts/${episode.id}`}>{episode.name}</a> <span>{episodeText(episode)}</span>
            <span className={styles.track} aria-hidden>
              <span
                className={styles.episode}
                data-state={episode.state}
                style={axis.episode(episode.startedAt, episode.resolvedAt)}
              />
              <span className={styles.request} style={axis.request()} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** "critical, checkout · 14:06–now UTC · ⚑ acknowledged by mara “rolling back”" */
function episodeText(episode: EpisodeBand): string {
  const labels = [episode.severity, episode.service].filter(Boolean).join(', ');
  const end = episode.resolvedAt?.slice(11, 16) ?? 'now';
  const state = [STATES[episode.state], episode.owner, episode.note && `“${episode.note}”`];
  return [
    labels,
    `${episode.startedAt.slice(11, 16)}–${end} UTC`,
    state.filter(Boolean).join(' '),
  ].join(' · ');
}
