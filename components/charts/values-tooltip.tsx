import { formatTooltipInstant } from './axes';
import type { SeriesSlots } from './series-slots';
import { Swatch } from './series-style';
import { formatValue, type Unit } from './units';
import styles from './charts.module.css';

const MAX_ROWS = 8;

interface Props {
  readonly atMs: number;
  readonly rows: readonly { readonly name: string; readonly value: number }[];
  readonly slots: SeriesSlots;
  readonly unit: Unit;
}

/** The values at an instant, the highest first. */
export function ValuesTooltip({ atMs, rows, slots, unit }: Props) {
  const sorted = rows.toSorted((a, b) => b.value - a.value);
  return (
    <div className={styles.tooltip}>
      <b className="mono">{formatTooltipInstant(atMs)}</b>
      {sorted.slice(0, MAX_ROWS).map(({ name, value }) => (
        <span key={name}>
          <Swatch name={name} slots={slots} />
          <em>{name}</em>
          <span className="mono">{formatValue(value, unit)}</span>
        </span>
      ))}
      {sorted.length > MAX_ROWS && <em>{sorted.length - MAX_ROWS} more</em>}
    </div>
  );
}
