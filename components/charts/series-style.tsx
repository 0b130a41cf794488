import { stripeAt, STRIPES } from '@/components/ui/stripe';
import styles from './charts.module.css';

/** How a series is drawn: its place among six colours, then among the same six dashed. */
export type Slots = ReadonlyMap<string, number>;

/** Lines differ by dashes too, once colours repeat. */
const DASHES = [undefined, '6 3', '2 3', '8 3 2 3', '4 4'];

export const seriesColour = (name: string, slots: Slots): string => stripeAt(slots.get(name) ?? 0);
export const seriesDashes = (name: string, slots: Slots): string | undefined =>
  DASHES[Math.floor((slots.get(name) ?? 0) / STRIPES) % DASHES.length];

/** The line of a series beside its name. */
export function Swatch({ name, slots }: { name: string; slots: Slots }) {
  return (
    <svg className={styles.swatch} width={14} height={4} aria-hidden>
      <line
        x1={0}
        x2={14}
        y1={2}
        y2={2}
        stroke={seriesColour(name, slots)}
        strokeWidth={3}
        strokeDasharray={seriesDashes(name, slots)?.replaceAll(/\d/g, (length) =>
          String(Math.ceil(Number(length) / 2)),
        )}
      />
    </svg>
  );
}

/**
 * The slots of each chart of a page: what has the same name is drawn alike in all of them, and in none are two drawn alike.
 * The first get colours without dashes. What is `known` from before keeps its slot, and what is new is added to it: a refresh that
 * changes who is largest changes no colour.
 */
export function slotsOf(
  charts: readonly (readonly string[])[],
  known = new Map<string, number>(),
): Slots[] {
  return charts.map((names) => {
    const slots = new Map<string, number>();
    const taken = new Set<number>();
    const take = (name: string, slot: number) => {
      slots.set(name, slot);
      taken.add(slot);
      if (!known.has(name)) known.set(name, slot);
    };
    for (const name of names) {
      const slot = known.get(name);
      if (slot !== undefined && !taken.has(slot)) take(name, slot);
    }
    let next = 0;
    for (const name of names) {
      if (slots.has(name)) continue;
      while (taken.has(next)) next += 1;
      take(name, next);
    }
    return slots;
  });
}
