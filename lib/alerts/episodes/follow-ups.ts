import type { PoolClient } from 'pg';
import { enqueueJobs } from '@/lib/jobs/queue';
import { epochMs } from '@/lib/time/units';
import { captureRequest } from '../analysis/capture-jobs';
import { escalationJobs } from '../notifications/escalation';
import { latestEpisode, type Episode } from './series';
import type { SeriesUpdate } from './series-update';

/** An episode that has begun, or has begun again. */
interface Begun {
  readonly episodeId: string;
  readonly service: string | null;
  readonly severity: string;
  readonly cause: string;
}

/**
 * In the same transaction as the episodes themselves: to keep their evidence, and when to tell others
 * that nobody has acknowledged them.
 */
export async function enqueueFollowUps(
  client: PoolClient,
  changed: readonly SeriesUpdate[],
): Promise<void> {
  const begun = changed.flatMap(begunEpisodes);
  await enqueueJobs(
    client,
    begun.flatMap(({ service, episodeId }) =>
      service === null ? [] : [captureRequest({ service, reason: 'fired', episodeId })],
    ),
    { keepRunAt: true },
  );
  const fromMs = epochMs(Date.now());
  await enqueueJobs(
    client,
    begun.flatMap((each) => escalationJobs({ ...each, fromMs })),
  );
}

function begunEpisodes({ stored, series, events }: SeriesUpdate): Begun[] {
  const open = latestEpisode(series.episodes);
  if (!open || open.endMs !== null || !hasBegun(open, events)) return [];
  const { service, severity, lastSeq } = stored;
  return [{ episodeId: open.id, service, severity, cause: String(lastSeq) }];
}

const hasBegun = (episode: Episode, events: SeriesUpdate['events']): boolean =>
  events.some(
    ({ kind, episodeId }) => episodeId === episode.id && (kind === 'fired' || kind === 'reopened'),
  );
