import { config } from '@/lib/config/load';
import { alertPool } from '@/lib/db/pool';
import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { untraced } from '@/lib/observability/untraced';
import { alertmanagerSource } from '@/lib/telemetry/alertmanager/source';
import { epochMs, SECOND_MS } from '@/lib/time/units';
import { alertSourcesOfKind } from '../sources/credentials';
import { captureEvidence } from '../analysis/evidence';
import { send, type Notice } from './notify';
import { peerBackend } from '../intake/reconcile';
import {
  acknowledgementWithEpisode,
  findEpisode,
  leftoverSilences,
  setSilence,
  alertSummary,
  withLockedEpisodes,
} from '../episodes/repository';

interface Job {
  readonly id: bigint;
  readonly dedupe_key: string;
  readonly kind: 'evidence' | 'escalate' | 'silence';
  readonly payload: Record<string, string | number>;
  readonly episode_id: string | null;
  readonly attempts: number;
}

/** Taken, an entry is left alone by the others for so long; who died meanwhile has it done by another. */
const LEASE_SECONDS = 90;
const TOGETHER = 10;
const MAX_ATTEMPTS = 12;
const FIRST_RETRY_MS = 2 * SECOND_MS;
const LONGEST_RETRY_MS = 300 * SECOND_MS;

/** Does what is due of these kinds, at least once each. @returns how much was taken. */
export async function workOutbox(
  kinds: readonly Job['kind'][] = ['evidence', 'escalate', 'silence'],
): Promise<number> {
  const { rows } = await alertPool().query<Job>(
    `UPDATE alert_outbox SET attempts = attempts + 1, due_at = now() + interval '${LEASE_SECONDS} seconds'
      WHERE id IN (SELECT id FROM alert_outbox WHERE done_at IS NULL AND due_at <= now() AND kind = ANY($1::text[]) ORDER BY due_at LIMIT ${TOGETHER} FOR UPDATE SKIP LOCKED)
      RETURNING id, dedupe_key, kind, payload, episode_id, attempts`,
    [kinds],
  );
  await Promise.all(rows.map(attempt));
  return rows.length;
}

/** How many entries should have been done by now: tried more than twice, or due for longer than two leases. */
export async function overdue(): Promise<number> {
  const { rows } = await alertPool().query<{ count: bigint }>(
    `SELECT count(*) FROM alert_outbox WHERE done_at IS NULL AND (attempts > 2 OR due_at < now() - interval '${2 * LEASE_SECONDS} seconds')`,
  );
  return Number(rows[0]!.count);
}

async function attempt(job: Job): Promise<void> {
  let outcome: string;
  try {
    outcome = await WORK[job.kind](job);
  } catch (error) {
    const why =
      error instanceof OutboundError || error instanceof AppError
        ? error.message
        : (error as Error).name;
    log().warn(
      { kind: job.kind, attempts: job.attempts, why },
      'an entry of the outbox could not be done',
    );
    metrics().outbox.inc({ kind: job.kind, outcome: 'failed' });
    // Nobody has it, and nobody was told: that is never given up.
    if (job.attempts >= MAX_ATTEMPTS && job.kind !== 'escalate') return giveUp(job, why);
    const asked = error instanceof OutboundError ? (error.retryable?.afterMs ?? 0) : 0;
    const wait = Math.max(
      asked,
      Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(job.attempts - 1, 20)) *
        (0.75 + Math.random() / 2),
    );
    await alertPool().query('UPDATE alert_outbox SET due_at = $2, outcome = $3 WHERE id = $1', [
      job.id,
      new Date(Date.now() + wait),
      why.slice(0, 300),
    ]);
    if (job.attempts === 1 && job.episode_id && job.kind !== 'evidence')
      await withLockedEpisodes([job.episode_id], ({ addEvent }) =>
        addEvent(`${job.kind} failed`, null, { ...job.payload, why }),
      );
    return;
  }
  metrics().outbox.inc({ kind: job.kind, outcome });
  await alertPool().query('UPDATE alert_outbox SET done_at = now(), outcome = $2 WHERE id = $1', [
    job.id,
    outcome,
  ]);
}

async function giveUp(job: Job, why: string): Promise<void> {
  await alertPool().query('UPDATE alert_outbox SET done_at = now(), outcome = $2 WHERE id = $1', [
    job.id,
    `given up: ${why}`.slice(0, 300),
  ]);
  if (job.episode_id)
    await withLockedEpisodes([job.episode_id], ({ addEvent }) =>
      addEvent(`${job.kind} given up`, null, { ...job.payload, attempts: job.attempts, why }),
    );
}

const WORK: Record<Job['kind'], (job: Job) => Promise<string>> = { evidence, escalate, silence };

async function evidence({ payload }: Job): Promise<string> {
  await captureEvidence(String(payload.service), String(payload.reason));
  return 'done';
}

export const episodeUrl = (id: string): string => `${config().PUBLIC_URL}/alerts/${id}`;

async function escalate({ payload, episode_id, dedupe_key }: Job): Promise<string> {
  const episode = await findEpisode(episode_id!);
  if (!episode || episode.resolvedAt || episode.acknowledgements.length) return 'not needed';
  const channel = config().ALERT_CHANNELS.find(({ name }) => name === payload.channel);
  if (!channel) return 'no such channel';
  const annotations = episode.annotations as Record<string, string>;
  const notice: Notice = {
    kind: 'unacknowledged',
    name: episode.series.name,
    severity: episode.series.severity,
    service: episode.series.service,
    summary: alertSummary(annotations),
    startedAt: episode.startedAt.toISOString(),
    url: episodeUrl(episode.id),
    key: dedupe_key,
  };
  await send(channel, notice);
  await withLockedEpisodes([episode.id], ({ addEvent }) =>
    addEvent('notified', null, { channel: channel.name, after: `${payload.minutes} min` }),
  );
  return 'done';
}

/** Silences what is acknowledged, in Alertmanager itself, for as long as it is acknowledged. */
async function silence({ payload }: Job): Promise<string> {
  const acknowledged = await acknowledgementWithEpisode(String(payload.acknowledgement));
  if (
    !acknowledged ||
    acknowledged.endedAt ||
    acknowledged.episode.resolvedAt ||
    acknowledged.silenceId
  )
    return 'not needed';
  const { series } = acknowledged.episode;
  const id = await withPeer(series.source, (peer) =>
    peer.silence(
      {
        labels: series.labels as Record<string, string>,
        untilMs: epochMs(acknowledged.expiresAt.getTime()),
        by: acknowledged.actor,
        comment: `Acknowledged in Throughline (${acknowledged.id}): ${acknowledged.note || 'no note'} ${episodeUrl(acknowledged.episodeId)}`,
      },
      {},
    ),
  );
  await setSilence(acknowledged.id, id);
  await withLockedEpisodes([acknowledged.episodeId], ({ addEvent }) =>
    addEvent('silenced', null, { silence: id, until: acknowledged.expiresAt.toISOString() }),
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
      // Past its time it is gone by itself; one that cannot be reached must not keep the others.
      if (expiresAt > new Date()) continue;
    }
    await setSilence(id, null);
    await withLockedEpisodes([episode.id], ({ addEvent }) =>
      addEvent('silence ended', null, { silence: silenceId! }),
    );
  }
}

/** The first member that answers; members tell each other. @throws AppError unavailable when the source has none */
async function withPeer<Result>(
  source: string,
  work: (peer: ReturnType<typeof alertmanagerSource>) => Promise<Result>,
): Promise<Result> {
  const cluster = alertSourcesOfKind('alertmanager').find(({ name }) => name === source);
  let last: unknown = new AppError(
    'unavailable',
    `No member of ${source} is configured, so nothing can be silenced there.`,
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

/** Sends a test to one channel, now. @throws AppError not_found, unavailable with what the other side said */
export async function testChannel(name: string): Promise<void> {
  const channel = config().ALERT_CHANNELS.find((each) => each.name === name);
  if (!channel) throw new AppError('not_found', `There is no channel called ${name}.`);
  try {
    // The address of a channel is its credential: no span may have it.
    await untraced(() =>
      send(channel, {
        kind: 'test',
        name: 'Test',
        severity: 'none',
        service: null,
        summary: 'Nothing is wrong. Somebody pressed the test button.',
        startedAt: null,
        url: `${config().PUBLIC_URL}/alerts`,
        key: `test-${Date.now()}`,
      }),
    );
  } catch (error) {
    throw new AppError(
      'unavailable',
      `${name} did not take it: ${error instanceof OutboundError ? error.message : (error as Error).message.slice(0, 200)}.`,
    );
  }
}
