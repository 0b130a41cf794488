// Pure: runs in browsers too.

/** How each series is drawn: its place among six colours, then among the same six dashed. */
export type SeriesSlots = ReadonlyMap<string, number>;

/**
 * What each name was drawn as before: anywhere on the page, and in each chart where it had to
 * differ from that.
 */
export class KnownSlots {
  private readonly ofPage = new Map<string, number>();
  private readonly ofChart = new Map<number, Map<string, number>>();

  inChart(chart: number, name: string): number | undefined {
    return this.ofChart.get(chart)?.get(name);
  }

  onPage(name: string): number | undefined {
    return this.ofPage.get(name);
  }

  remember(chart: number, name: string, slot: number): void {
    const own = this.ofChart.get(chart) ?? new Map<string, number>();
    this.ofChart.set(chart, own.set(name, slot));
    if (!this.ofPage.has(name)) this.ofPage.set(name, slot);
  }
}

/**
 * The slots of each chart of a page: a name is drawn alike in all of them, and no two series of one
 * chart are. The first get colours without dashes. A name that is `known`, from the same chart or
 * else from the page, keeps its slot, and new ones are added to it: a refresh that changes which
 * series is the largest changes no colour.
 */
export function assignSlots(
  charts: readonly (readonly string[])[],
  known = new KnownSlots(),
): SeriesSlots[] {
  return charts.map((names, chart) => assignInChart(names, chart, known));
}

function assignInChart(names: readonly string[], chart: number, known: KnownSlots): SeriesSlots {
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  const take = (name: string, slot: number | undefined) => {
    if (slot === undefined || slots.has(name) || taken.has(slot)) return;
    slots.set(name, slot);
    taken.add(slot);
    known.remember(chart, name, slot);
  };
  for (const name of names) take(name, known.inChart(chart, name));
  for (const name of names) take(name, known.onPage(name));
  let free = 0;
  for (const name of names) {
    while (taken.has(free)) free += 1;
    take(name, free);
  }
  return slots;
}
