/** One span on the adjusted request axis, in nanoseconds. */
export interface TimedSpan {
  readonly start: number;
  readonly end: number;
  readonly parent: number;
  /** A consumer does not hold up its producer. */
  readonly asynchronous: boolean;
}

/** Clocks of some SDKs count in whole milliseconds: an overlap this small is a touch. */
const CLOCK_RESOLUTION_NS = 1_000_000;

/**
 * Which spans decided how long their root took: from the end of each root backwards, always the
 * child that finished last before the point reached, clipped to its parent.
 *
 *     parent  |==========================|
 *     a         |=====|                       on the path
 *     b            |=====|                    hidden behind c: no
 *     c                 |=========|           on the path
 *
 * Follows the idea of Jaeger UI's critical path; iterative, and children that touch exactly count.
 */
export function criticalPath(
  spans: readonly TimedSpan[],
  children: readonly (readonly number[])[],
): boolean[] {
  const critical = spans.map(() => false);
  const work = spans.flatMap((span, index) =>
    span.parent < 0 ? [{ index, until: span.end }] : [],
  );
  while (work.length) {
    const { index, until } = work.pop()!;
    const span = spans[index]!;
    critical[index] = true;
    let cursor = Math.min(span.end, until);
    const candidates = children[index]!.filter((child) => !spans[child]!.asynchronous)
      .map((child) => ({
        child,
        start: Math.max(spans[child]!.start, span.start),
        end: Math.min(spans[child]!.end, cursor),
      }))
      .filter(({ start, end }) => end >= start)
      .sort((a, b) => b.end - a.end || b.start - a.start);
    for (const { child, start, end } of candidates) {
      if (end > cursor + CLOCK_RESOLUTION_NS) continue;
      work.push({ index: child, until: end });
      cursor = Math.min(cursor, start);
    }
  }
  return critical;
}
