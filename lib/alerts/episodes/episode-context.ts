import { AppError } from '@/lib/errors/app-error';
import { sources } from '@/lib/telemetry/sources';
import type { EpochMs } from '@/lib/time/units';
import { findBeginning } from '../analysis/impact';
import { readEpisodeContext, type EpisodeContext } from './repository';

/** @throws AppError not_found */
export async function requireEpisodeContext(id: string): Promise<EpisodeContext> {
  const anchor = await readEpisodeContext(id);
  if (!anchor) throw new AppError('not_found', 'There is no such episode.');
  return anchor;
}

/** When its rule went pending and since when it hurt: as measured, else asked now. */
export async function episodeBeginning({
  pendingMs,
  impactedSinceMs,
  labels,
  startedMs,
}: EpisodeContext): Promise<{ pendingMs: EpochMs; impactedSinceMs: EpochMs }> {
  return pendingMs !== null && impactedSinceMs !== null
    ? { pendingMs, impactedSinceMs }
    : findBeginning(sources().metrics, labels, startedMs);
}
