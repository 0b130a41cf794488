import { alertPool } from '@/lib/db/pool';
import type { JobHandler, JobResult } from '@/lib/jobs/handler';
import type { RuleSubject } from '@/lib/telemetry/prometheus/rule-subject';
import { epochMs, MINUTE_MS } from '@/lib/time/units';
import { assessEpisode, requireEpisodeContext } from '../episodes/episode-context';
import { withLockedEpisodes } from '../episodes/locked-episodes';
import { captureJob, type CapturePayload } from './capture-jobs';
import { captureEvidence, captureSubjectOf } from './evidence';
import { linkLatestEvidence } from './evidence-store';

/** One capture of what counts the same in a service in this time, shared by its episodes. */
const CAPTURE_EVERY_MS = 5 * MINUTE_MS;
const MAX_ATTEMPTS = 12;

export const captureHandler: JobHandler<CapturePayload> = {
  kind: captureJob,
  maxAttempts: MAX_ATTEMPTS,
  run: capture,
  async failed({ episodeId, ...detail }, { attempt, code, message, givenUp }) {
    if (!givenUp) return;
    await withLockedEpisodes([episodeId], ({ addEvent }) =>
      addEvent('evidence_abandoned', null, { ...detail, attempts: attempt, code, why: message }),
    );
  },
};

/**
 * What was captured a little before this alert began is evidence of it too; then it has its own in
 * the next five minutes.
 */
async function capture({ service, reason, episodeId }: CapturePayload): Promise<JobResult> {
  const context = await requireEpisodeContext(episodeId);
  const subject = captureSubjectOf((await assessEpisode(context)).subject);
  await linkLatestEvidence({ service, subject }, episodeId, CAPTURE_EVERY_MS);
  if (reason === 'fired' && (await hasOwnEvidence(episodeId))) return 'not_needed';
  const periodMs = Math.floor(Date.now() / CAPTURE_EVERY_MS) * CAPTURE_EVERY_MS;
  if (await wasCapturedSince(service, subject, periodMs))
    return reason === 'fired'
      ? { postponedUntil: epochMs(periodMs + CAPTURE_EVERY_MS) }
      : 'not_needed';
  await captureEvidence(service, reason, subject);
  return 'done';
}

/** Captured since it began, by itself or with another episode that counts the same. */
async function hasOwnEvidence(episodeId: string): Promise<boolean> {
  const { rowCount } = await alertPool().query(
    `SELECT
       FROM alert_evidence_episodes l
       JOIN alert_evidence evidence ON evidence.id = l.evidence_id
       JOIN alert_episodes episode ON episode.id = l.episode_id
      WHERE l.episode_id = $1
        AND evidence.captured_at >= episode.started_at
      LIMIT 1`,
    [episodeId],
  );
  return rowCount === 1;
}

async function wasCapturedSince(
  service: string,
  subject: RuleSubject,
  sinceMs: number,
): Promise<boolean> {
  const { rowCount } = await alertPool().query(
    `SELECT
       FROM alert_evidence
      WHERE service = $1
        AND captured_at >= $2
        AND summary -> 'subject' = $3::jsonb
      LIMIT 1`,
    [service, new Date(sinceMs), JSON.stringify(subject)],
  );
  return rowCount === 1;
}
