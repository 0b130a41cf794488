/** What a table tells of a series; null where there is none. */
export interface SeriesStatistics {
  readonly now: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
}

/** `now` is the last value or the one before it: the last step is often not scraped yet. */
export function statisticsOf(values: readonly (number | null)[]): SeriesStatistics {
  const known = values.filter((value) => value !== null);
  const now = values.at(-1) ?? values.at(-2) ?? null;
  if (known.length === 0) return { now, minimum: null, maximum: null, mean: null };
  return {
    now,
    minimum: known.reduce((least, value) => Math.min(least, value)),
    maximum: known.reduce((most, value) => Math.max(most, value)),
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
  };
}
