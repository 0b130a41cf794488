import { processState } from '@/lib/config/process-state';

/** A source that was searched this fast is searched in one piece the next time. */
const FAST_SWEEP_MS = 1_000;

/** How long the last sweep of each source took; infinite when it failed. */
const lastSweepMs = processState('requests.source-pace', () => new WeakMap<object, number>());

/** Whether the last sweep of a source was fast. Until there was one it is taken to be slow. */
export const isFastSource = (source: object): boolean =>
  (lastSweepMs().get(source) ?? Infinity) <= FAST_SWEEP_MS;

/**
 * Times a sweep of a source.
 * @param hasFailed asked when the sweep is over
 * @param signal a sweep that the reader ended says nothing of the source
 */
export async function measureSweep(
  source: object,
  hasFailed: () => boolean,
  sweep: Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const startedMs = performance.now();
  await sweep;
  if (signal?.aborted) return;
  lastSweepMs().set(source, hasFailed() ? Infinity : performance.now() - startedMs);
}
