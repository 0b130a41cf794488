'use client';

import type { EpisodeBand } from '@/lib/alerts/contract';
import type { Change } from '@/lib/telemetry/contract';
import styles from './charts.module.css';

/** Rollouts, and when the alert of this chart was open. What they are is said above the charts. */
export function Marks({
  changes,
  episodes,
  alert,
  fromMs,
  toMs,
}: {
  changes: readonly Change[];
  episodes: readonly EpisodeBand[];
  alert: string | undefined;
  fromMs: number;
  toMs: number;
}) {
  const at = (ms: number) => Math.min(100, Math.max(0, ((ms - fromMs) / (toMs - fromMs)) * 100));
  return (
    <>
      {together(
        episodes.filter(({ name }) => name === alert),
        toMs,
      ).map(([from, to]) => (
        <span
          key={from}
          className={styles.fired}
          style={{ left: `${at(from)}%`, width: `max(2px, ${at(to) - at(from)}%)` }}
        />
      ))}
      {changes
        .filter(({ kind }) => kind === 'rollout')
        .map((change) => (
          <span
            key={`${change.at} ${change.object}`}
            className={styles.rollout}
            style={{ left: `${at(Date.parse(change.at))}%` }}
          />
        ))}
    </>
  );
}

/** When any of them was open, as times that do not overlap: a band is no darker where more were. */
function together(
  episodes: readonly EpisodeBand[],
  toMs: number,
): [fromMs: number, toMs: number][] {
  const merged: [number, number][] = [];
  for (const [from, to] of episodes
    .map((episode): [number, number] => [
      Date.parse(episode.startedAt),
      episode.resolvedAt ? Date.parse(episode.resolvedAt) : toMs,
    ])
    .sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export interface Dot {
  readonly timeMs: number;
  readonly value: number;
  readonly traceId: string;
}

/** Exemplars: single requests, where their time and duration put them. A click opens the request; the table has them for keyboards. */
export function Dots({
  dots,
  fromMs,
  toMs,
  heightOf,
}: {
  dots: readonly Dot[];
  fromMs: number;
  toMs: number;
  heightOf: (value: number) => number;
}) {
  return dots.map((dot) => {
    const [left, bottom] = [
      ((dot.timeMs - fromMs) / (toMs - fromMs)) * 100,
      heightOf(dot.value) * 100,
    ];
    if (left < 0 || left > 100 || bottom < 0 || bottom > 100) return null;
    return (
      <a
        key={`${dot.traceId} ${dot.timeMs}`}
        href={`/requests/${dot.traceId}`}
        tabIndex={-1}
        title={`a request of ${Math.round(dot.value * 1000)} ms`}
        className={styles.dot}
        style={{ left: `${left}%`, bottom: `calc(${bottom}% - 9px)` }}
      />
    );
  });
}
