import type { PoolClient } from 'pg';
import { enqueueJobs } from '@/lib/jobs/queue';
import { epochMs, MINUTE_MS } from '@/lib/time/units';
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
 * In the same transaction as the episodes themselves: their evidence, and when to tell others that
 * nobody has acknowledged them.
 */
export async function enqueueFollowUps(
  client: PoolClient,
  changed: readonly SeriesUpdate[],
): Promise<void> {
  const begun = changed.flatMap(begunEpisodes);
  await shareEvidence(client, begun);
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

/** What was captured so recently of a service is evidence of an alert of it that begins now. */
const SHARED_FOR_MS = 5 * MINUTE_MS;

async function shareEvidence(client: PoolClient, begun: readonly Begun[]): Promise<void> {
  const ofServices = begun.filter(({ service }) => service !== null);
  if (ofServices.length === 0) return;
  await client.query({
    name: 'alert-evidence-share',
    text: `WITH shared AS (
             SELECT begun.episode_id, latest.id, latest.summary
               FROM unnest($1::uuid[], $2::text[]) AS begun (episode_id, service)
               JOIN LATERAL (
                      SELECT id, summary
                        FROM alert_evidence
                       WHERE service = begun.service
                         AND captured_at > now() - make_interval(secs => $3)
                       ORDER BY captured_at DESC
                       LIMIT 1
                    ) latest ON true
           ),
           linked AS (
             INSERT INTO alert_evidence_episodes (evidence_id, episode_id)
             SELECT id, episode_id
               FROM shared
             ON CONFLICT DO NOTHING
           )
           UPDATE alert_episodes
              SET signatures = ARRAY(
                    SELECT DISTINCT each ->> 'signature'
                      FROM jsonb_array_elements(shared.summary -> 'signatures') AS each
                  )
             FROM shared
            WHERE alert_episodes.id = shared.episode_id`,
    values: [
      ofServices.map(({ episodeId }) => episodeId),
      ofServices.map(({ service }) => service),
      SHARED_FOR_MS / 1000,
    ],
  });
}
