// Pure: runs in browsers too.

/** A series whose instants are its own: milliseconds since 1970, and a value or a gap. */
export interface TimedSeries {
  readonly name: string;
  readonly points: readonly (readonly [timeMs: number, value: number | null])[];
}

export type TimeRow = Readonly<Record<string, number | null>> & { readonly time: number };

/** One row an instant that any of the series has, in order, as Recharts takes them. */
export function toTimeRows(series: readonly TimedSeries[]): TimeRow[] {
  const rows = new Map<number, TimeRow>();
  for (const { name, points } of series)
    for (const [time, value] of points) rows.set(time, { ...rows.get(time), time, [name]: value });
  return [...rows.values()].toSorted((a, b) => a.time - b.time);
}
