import { stripeAt, STRIPES } from '@/components/ui/stripe';
import type { SeriesSlots } from './series-slots';
import styles from './charts.module.css';

/** Lines differ by dashes too, once colours repeat. */
const DASHES = [undefined, '6 3', '2 3', '8 3 2 3', '4 4'];
const SWATCH_WIDTH = 14;

export const seriesColour = (name: string, slots: SeriesSlots): string =>
  stripeAt(slots.get(name) ?? 0);
export const seriesDashes = (name: string, slots: SeriesSlots): string | undefined =>
  DASHES[Math.floor((slots.get(name) ?? 0) / STRIPES) % DASHES.length];

/** Half as long as in the chart: a swatch is short. */
const halveDashes = (dashes: string): string =>
  dashes.replaceAll(/\d/g, (length) => String(Math.ceil(Number(length) / 2)));

/** The line of a series beside its name. */
export function Swatch({ name, slots }: { readonly name: string; readonly slots: SeriesSlots }) {
  const dashes = seriesDashes(name, slots);
  return (
    <svg className={styles.swatch} width={SWATCH_WIDTH} height={4} aria-hidden>
      <line
        x1={0}
        x2={SWATCH_WIDTH}
        y1={2}
        y2={2}
        stroke={seriesColour(name, slots)}
        strokeWidth={3}
        strokeDasharray={dashes && halveDashes(dashes)}
      />
    </svg>
  );
}
