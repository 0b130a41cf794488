import { alertPool } from '@/lib/db/pool';
import type { JobHandler, JobResult } from '@/lib/jobs/handler';
import { epochMs, MINUTE_MS } from '@/lib/time/units';
import { withLockedEpisodes } from '../episodes/locked-episodes';
import { captureJob, type CapturePayload } from './capture-jobs';
import { captureEvidence } from './evidence';

/** One capture a service in this time, shared by its episodes. */
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
async function capture({ service, reason }: CapturePayload): Promise<JobResult> {
  const periodMs = Math.floor(Date.now() / CAPTURE_EVERY_MS) * CAPTURE_EVERY_MS;
  if (await wasCapturedSince(service, periodMs))
    return reason === 'fired'
      ? { postponedUntil: epochMs(periodMs + CAPTURE_EVERY_MS) }
      : 'not_needed';
  await captureEvidence(service, reason);
  return 'done';
}

async function wasCapturedSince(service: string, sinceMs: number): Promise<boolean> {
  const { rowCount } = await alertPool().query(
    `SELECT
       FROM alert_evidence
      WHERE service = $1
        AND captured_at >= $2
      LIMIT 1`,
    [service, new Date(sinceMs)],
  );
  return rowCount === 1;
}
