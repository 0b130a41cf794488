import { AppError } from '@/lib/errors/app-error';
import type { JobHandler, JobResult } from '@/lib/jobs/handler';
import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import { alertmanagerSource } from '@/lib/telemetry/alertmanager/source';
import { epochMs } from '@/lib/time/units';
import {
  acknowledgementWithEpisode,
  leftoverSilences,
  noteSilenceFailure,
  setSilence,
} from './acknowledgement-store';
import { withLockedEpisodes } from '../episodes/locked-episodes';
import { peerBackend } from '../intake/poll-peer';
import { episodeUrl } from '../notifications/unacknowledged';
import { alertSourcesOfKind } from '../sources/credentials';
import { whyNoSilence } from '../sources/source-abilities';
import { silenceJob, type SilencePayload } from './silence-jobs';

const MAX_ATTEMPTS = 12;

export const silenceHandler: JobHandler<SilencePayload> = {
  kind: silenceJob,
  maxAttempts: MAX_ATTEMPTS,
  run: silence,
  async failed({ acknowledgement, episodeId }, { attempt, code, message, givenUp }) {
    await noteSilenceFailure(acknowledgement, message);
    if (attempt > 1 && !givenUp) return;
    const detail = { acknowledgement, code, why: message };
    await withLockedEpisodes([episodeId], ({ addEvent }) =>
      givenUp
        ? addEvent('silence_abandoned', null, { ...detail, attempts: attempt })
        : addEvent('silence_failed', null, detail),
    );
  },
};

/** Silences what is acknowledged, in Alertmanager itself, for as long as it is acknowledged. */
async function silence({ acknowledgement }: SilencePayload): Promise<JobResult> {
  const acknowledged = await acknowledgementWithEpisode(acknowledgement);
  if (!acknowledged || acknowledged.endedAt || acknowledged.silenceId) return 'not_needed';
  const { id, actor, note: reason, expiresAt, episode } = acknowledged;
  if (episode.resolvedAt) return 'not_needed';
  const silenceId = await withPeer(episode.series.source, (peer) =>
    peer.silence(
      {
        labels: episode.series.labels as Record<string, string>,
        untilMs: epochMs(expiresAt.getTime()),
        by: actor,
        comment: `Acknowledged in Throughline (${id}): ${reason || 'no note'} ${episodeUrl(episode.id)}`,
      },
      {},
    ),
  );
  await setSilence(id, silenceId);
  await withLockedEpisodes([episode.id], ({ addEvent }) =>
    addEvent('silenced', null, { silence: silenceId, until: expiresAt.toISOString() }),
  );
  return 'done';
}

/** Ends the silences of acknowledgements that have ended, and of episodes that have. */
export async function endSilences(): Promise<void> {
  for (const { id, silenceId, expiresAt, episode } of await leftoverSilences()) {
    try {
      await withPeer(episode.series.source, (peer) => peer.endSilence(silenceId!, {}));
    } catch (error) {
      if (!(error instanceof OutboundError) && !(error instanceof AppError)) throw error;
      log().warn(
        { source: episode.series.source, code: 'silence_not_ended', reason: error.message },
        'a silence could not be ended; it is tried again until its time is over',
      );
      // Past its time it is gone by itself; one that cannot be reached must not keep the others.
      if (expiresAt > new Date()) continue;
    }
    await setSilence(id, null);
    await withLockedEpisodes([episode.id], ({ addEvent }) =>
      addEvent('silence_ended', null, { silence: silenceId! }),
    );
  }
}

/**
 * The first member that answers; members tell each other.
 * @throws AppError unavailable when the source has none
 */
async function withPeer<Result>(
  source: string,
  work: (peer: ReturnType<typeof alertmanagerSource>) => Promise<Result>,
): Promise<Result> {
  const cluster = alertSourcesOfKind('alertmanager').find(({ name }) => name === source);
  let last: unknown = new AppError(
    'unavailable',
    whyNoSilence(source) ?? `${source} has no member.`,
  );
  for (const peer of cluster?.peers ?? []) {
    try {
      return await work(alertmanagerSource(peerBackend(cluster!, peer)));
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      last = error;
    }
  }
  throw last;
}
