import { positionOf, type ChartFrame } from './chart-model';
import { mergeIntervals, openIntervals } from './open-intervals';
import styles from './charts.module.css';

interface Props {
  readonly frame: ChartFrame;
  /** The alert of this chart. */
  readonly alert: string | undefined;
}

/** Rollouts, and when the alert of this chart was open. The list above the charts names them. */
export function EventMarks({ frame, alert }: Props) {
  const percent = (ms: number) => Math.min(100, Math.max(0, positionOf(frame, ms) * 100));
  const ofThisAlert = frame.episodes.filter(({ name }) => name === alert);
  return (
    <>
      {mergeIntervals(openIntervals(ofThisAlert, frame.toMs)).map(({ fromMs, toMs }) => (
        <span
          key={fromMs}
          className={styles.firing}
          style={{
            left: `${percent(fromMs)}%`,
            width: `max(2px, ${percent(toMs) - percent(fromMs)}%)`,
          }}
        />
      ))}
      {frame.changes
        .filter(({ kind }) => kind === 'rollout')
        .map(({ at, object }) => (
          <span
            key={`${at} ${object}`}
            className={styles.rollout}
            style={{ left: `${percent(Date.parse(at))}%` }}
          />
        ))}
    </>
  );
}
