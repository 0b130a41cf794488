'use client';

import type { Change, EpisodeBand } from '@/lib/telemetry/around';
import styles from './charts.module.css';

/** Rollouts, and when alerts were open: the one of this chart behind it, others as a strip below. What they are is said below the charts. */
export function Marks({ changes, episodes, alert, fromMs, toMs }: { changes: readonly Change[]; episodes: readonly EpisodeBand[]; alert: string | undefined; fromMs: number; toMs: number }) {
  const at = (ms: number) => Math.min(100, Math.max(0, ((ms - fromMs) / (toMs - fromMs)) * 100));
  return (
    <>
      {episodes.map((episode) => {
        const [left, right] = [at(Date.parse(episode.startedAt)), at(episode.resolvedAt ? Date.parse(episode.resolvedAt) : toMs)];
        const own = episode.name === alert;
        return own ? <span key={episode.id} className={styles.fired} data-own={own} style={{ left: `${left}%`, width: `max(2px, ${right - left}%)` }} /> : null;
      })}
      {changes
        .filter(({ kind }) => kind === 'rollout')
        .map((change) => (
          <span key={`${change.at} ${change.object}`} className={styles.rollout} style={{ left: `${at(Date.parse(change.at))}%` }} />
        ))}
    </>
  );
}

export interface Dot {
  readonly timeMs: number;
  readonly value: number;
  readonly traceId: string;
}

/** Exemplars: single requests, where their time and duration put them. A click opens the request; the table has them for keyboards. */
export function Dots({ dots, fromMs, toMs, heightOf }: { dots: readonly Dot[]; fromMs: number; toMs: number; heightOf: (value: number) => number }) {
  return dots.map((dot) => {
    const [left, bottom] = [((dot.timeMs - fromMs) / (toMs - fromMs)) * 100, heightOf(dot.value) * 100];
    if (left < 0 || left > 100 || bottom < 0 || bottom > 100) return null;
    return <a key={`${dot.traceId} ${dot.timeMs}`} href={`/requests/${dot.traceId}`} tabIndex={-1} title={`a request of ${Math.round(dot.value * 1000)} ms`} className={styles.dot} style={{ left: `${left}%`, bottom: `calc(${bottom}% - 9px)` }} />;
  });
}
