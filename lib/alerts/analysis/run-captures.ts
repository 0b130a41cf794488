import { alertPool } from '@/lib/db/pool';
import type { JobHandler, JobResult } from '@/lib/jobs/handler';
import type { RuleSubject } from '@/lib/telemetry/prometheus/rule-subject';
import { epochMs, MINUTE_MS } from '@/lib/time/units';
import { assessEpisode, requireEpisodeContext } from '../episodes/episode-context';
import { withLockedEpisodes } from '../episodes/locked-episodes';
import { captureJob, type CapturePayload } from './capture-jobs';
import { captureEvidence, captureSubjectOf } from './evidence';

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

/** Captured already, perhaps before this alert began: it has its own in the next five minutes. */
async function capture({ service, reason, episodeId }: CapturePayload): Promise<JobResult> {
  const subject = captureSubjectOf(
    (await assessEpisode(await requireEpisodeContext(episodeId))).subject,
  );
  const periodMs = Math.floor(Date.now() / CAPTURE_EVERY_MS) * CAPTURE_EVERY_MS;
  if (await wasCapturedSince(service, subject, periodMs))
    return reason === 'fired'
      ? { postponedUntil: epochMs(periodMs + CAPTURE_EVERY_MS) }
      : 'not_needed';
  await captureEvidence(service, reason, subject);
  return 'done';
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
