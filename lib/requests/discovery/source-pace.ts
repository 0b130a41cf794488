/** A source that went through its whole reach in this time is asked for all of it at once the next time. */
const FAST_SWEEP_MS = 1_000;

/** How long the last sweep of each source took. */
const sweepMs = new WeakMap<object, number>();

/** Whether a source was quick the last time, and did not fail. Until it was asked it is taken to be slow. */
export const isFastSource = (source: object): boolean =>
  (sweepMs.get(source) ?? Infinity) <= FAST_SWEEP_MS;

/** Times a sweep of a source; one that failed counts as slow. */
export async function measureSweep(
  source: object,
  answered: () => boolean,
  sweep: Promise<void>,
): Promise<void> {
  const began = performance.now();
  await sweep;
  sweepMs.set(source, answered() ? performance.now() - began : Infinity);
}
