/** A source that went through its whole reach in this time is asked for all of it at once the next time. */
const QUICK_MS = 1_000;

/** How long the last sweep of each source took. */
const sweeps = new WeakMap<object, number>();

/** Whether a source was quick the last time, and did not fail. Until it was asked it is taken to be slow. */
export const isQuick = (source: object): boolean => (sweeps.get(source) ?? Infinity) <= QUICK_MS;

/** Times a sweep of a source; one that failed counts as slow. */
export async function paced(
  source: object,
  answered: () => boolean,
  sweep: Promise<void>,
): Promise<void> {
  const began = performance.now();
  await sweep;
  sweeps.set(source, answered() ? performance.now() - began : Infinity);
}
