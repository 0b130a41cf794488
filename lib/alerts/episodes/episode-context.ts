import { prisma } from '@/lib/db/client';
import { AppError } from '@/lib/errors/app-error';
import type { RuleSubject } from '@/lib/telemetry/prometheus/rule-subject';
import { sources } from '@/lib/telemetry/sources';
import { epochMs, type EpochMs } from '@/lib/time/units';
import { assessRule, type AlertText, type RuleAssessment } from '../analysis/assess-rule';
import { ruleSubject } from '../analysis/contract';
import { stringRecord } from './episode-row';

/**
 * Where an episode stands in time and in the system: all that is needed to ask sources about it.
 */
export interface EpisodeContext extends AlertText {
  readonly name: string;
  readonly service: string | null;
  readonly startedMs: EpochMs;
  readonly resolvedMs: EpochMs | null;
  /** When its rule went pending, and since when requests may be affected; null until measured. */
  readonly pendingMs: EpochMs | null;
  readonly impactedSinceMs: EpochMs | null;
  /** What its rule counts; null until it was read. */
  readonly subject: RuleSubject | null;
  /** Of what failed or was slow most beyond the usual. */
  readonly culpritServices: readonly string[];
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
        annotations: stringRecord(episode.annotations),
        generatorUrl: episode.generatorUrl,
        service: episode.series.service,
        startedMs: epochMs(episode.startedAt.getTime()),
        resolvedMs: ms(episode.resolvedAt),
        pendingMs: ms(episode.pendingAt),
        impactedSinceMs: ms(episode.impactedSince),
        subject: ruleSubject.nullable().parse(episode.subject),
        culpritServices: episode.culpritServices,
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
 * What its rule counts, when it went pending and since when requests may be affected: as measured,
 * else asked now.
 */
export async function assessEpisode(
  context: EpisodeContext,
): Promise<Pick<RuleAssessment, 'pendingMs' | 'impactedSinceMs' | 'subject'>> {
  const { pendingMs, impactedSinceMs, subject, startedMs } = context;
  return pendingMs !== null && impactedSinceMs !== null && subject !== null
    ? { pendingMs, impactedSinceMs, subject }
    : assessRule(sources().metrics, context, startedMs);
}
