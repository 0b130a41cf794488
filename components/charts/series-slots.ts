// Pure: runs in browsers too.

/** How each series is drawn: its place among six colours, then among the same six dashed. */
export type SeriesSlots = ReadonlyMap<string, number>;

/**
 * The slots of each chart of a page: a name is drawn alike in all of them, and no two series of one chart are. The first get colours
 * without dashes. A name that is `known` from before keeps its slot, and new ones are added to it: a refresh that changes which
 * series is the largest changes no colour.
 */
export function assignSlots(
  charts: readonly (readonly string[])[],
  known = new Map<string, number>(),
): SeriesSlots[] {
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
