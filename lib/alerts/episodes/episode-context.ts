import { prisma } from '@/lib/db/client';
import { AppError } from '@/lib/errors/app-error';
import { sources } from '@/lib/telemetry/sources';
import { epochMs, type EpochMs } from '@/lib/time/units';
import { findBeginning } from '../analysis/impact';
import { stringRecord } from './episode-row';

/**
 * Where an episode stands in time and in the system: all that is needed to ask sources about it.
 */
export interface EpisodeContext {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly service: string | null;
  readonly startedMs: EpochMs;
  readonly resolvedMs: EpochMs | null;
  /** When its rule went pending, and since when requests may be affected; null until measured. */
  readonly pendingMs: EpochMs | null;
  readonly impactedSinceMs: EpochMs | null;
}

async function readEpisodeContext(id: string): Promise<EpisodeContext | undefined> {
  const episode = await prisma().alertEpisode.findUnique({
    where: { id },
    include: { series: true },
  });
  const ms = (at: Date | null) => at && epochMs(at.getTime());
  return episode
    ? {
        name: episode.series.name,
        labels: stringRecord(episode.series.labels),
        service: episode.series.service,
        startedMs: epochMs(episode.startedAt.getTime()),
        resolvedMs: ms(episode.resolvedAt),
        pendingMs: ms(episode.pendingAt),
        impactedSinceMs: ms(episode.impactedSince),
      }
    : undefined;
}

/** @throws AppError not_found */
export async function requireEpisodeContext(id: string): Promise<EpisodeContext> {
  const context = await readEpisodeContext(id);
  if (!context) throw new AppError('not_found', 'There is no such episode.');
  return context;
}

/**
 * When its rule went pending and since when requests may be affected: as measured, else asked now.
 */
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
