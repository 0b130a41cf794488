import { positionOf, type ChartFrame, type Exemplar } from './chart-model';
import styles from './charts.module.css';

interface Props {
  readonly exemplars: readonly Exemplar[];
  readonly frame: ChartFrame;
  readonly heightOf: (value: number) => number;
}

const isInside = (position: number): boolean => position >= 0 && position <= 1;

/**
 * Single requests at their time and duration. A click opens the request; the table has them for
 * keyboards.
 */
export function ExemplarMarks({ exemplars, frame, heightOf }: Props) {
  return exemplars
    .map((exemplar) => ({
      exemplar,
      left: positionOf(frame, exemplar.timeMs),
      bottom: heightOf(exemplar.value),
    }))
    .filter(({ left, bottom }) => isInside(left) && isInside(bottom))
    .map(({ exemplar: { traceId, timeMs, value }, left, bottom }) => (
      <a
        key={`${traceId} ${timeMs}`}
        href={`/requests/${traceId}`}
        tabIndex={-1}
        title={`Request of ${Math.round(value * 1000)} ms`}
        className={styles.exemplar}
        style={{ left: `${left * 100}%`, bottom: `calc(${bottom * 100}% - 9px)` }}
      />
    ));
}
