import { config } from '@/lib/config/load';
import type { Principal } from '@/lib/auth/authorize';
import { AppError } from '@/lib/errors/app-error';
import { enqueueJobs } from '@/lib/jobs/queue';
import { epochMs, HOUR_MS } from '@/lib/time/units';
import { findSameAcknowledgement, isResponder } from './acknowledgement-store';
import { withLockedEpisodes, type LockedEpisode } from '../episodes/locked-episodes';
import { captureRequest } from '../analysis/capture-jobs';
import { escalationJobs } from '../notifications/escalation';
import { silenceAbility, whyNoSilence } from '../sources/source-abilities';
import { silenceRequest } from './silence-jobs';
import type { AcknowledgeBody, AcknowledgeResult, TimelineEventKind } from '../contract';

/**
 * A person's word on episodes: one, or the present members of a group. Said again with the same
 * idempotency key it changes nothing;
 * with another it takes the place of the one before (a longer time, another owner). It always ends
 * by itself.
 * @throws AppError invalid_input when it is handed to nobody we know, not_found for one unknown
 * episode, conflict for one that has resolved or cannot be silenced. Of many, those that cannot be
 * silenced are acknowledged without, as their timelines say.
 */
export async function acknowledge(
  by: Principal,
  ids: readonly string[],
  body: AcknowledgeBody,
): Promise<AcknowledgeResult[]> {
  const owner = body.owner ?? by.name;
  if (owner !== by.name && !(await isResponder(owner)))
    throw new AppError('invalid_input', `owner: nobody called ${owner} may answer alerts.`);
  const hours = body.hours ?? config().ACKNOWLEDGE_HOURS;
  const done = await withLockedEpisodes(ids, (locked) =>
    acknowledgeOne(locked, by, owner, hours, body, ids.length === 1),
  );
  if (ids.length === 1) {
    if (done.length === 0) throw new AppError('not_found', 'There is no such episode.');
    if (done[0]!.outcome !== 'acknowledged')
      throw new AppError('conflict', 'It has resolved meanwhile; there is nothing to acknowledge.');
  }
  return done;
}

async function acknowledgeOne(
  { episode, tx, addEvent }: LockedEpisode,
  by: Principal,
  owner: string,
  hours: number,
  body: AcknowledgeBody,
  alone: boolean,
): Promise<AcknowledgeResult> {
  const before = await findSameAcknowledgement(tx, episode.id, by.id, body);
  if (before)
    return {
      episodeId: episode.id,
      outcome: 'acknowledged',
      expiresAt: before.expiresAt.toISOString(),
      silence: silenceAnswer(body.silence, episode.series.source),
    };
  if (episode.resolvedAt)
    return {
      episodeId: episode.id,
      outcome: 'already_resolved',
      expiresAt: null,
      silence: 'no',
    };
  const { service, source } = episode.series;
  const ability = silenceAbility(source);
  if (alone && body.silence && ability !== 'possible')
    throw new AppError('conflict', whyNoSilence(source)!);
  const now = new Date();
  // Renewed or handed over, what was silenced stays so.
  const wantsSilence = body.silence || Boolean(episode.acknowledgements[0]?.silenceId);
  const silence = wantsSilence && ability === 'possible';
  const [last] = episode.acknowledgements;
  if (last)
    await tx.alertAcknowledgement.update({
      where: { id: last.id },
      data: { endedAt: now, endReason: 'replaced' },
    });
  const expiresAt = new Date(now.getTime() + hours * HOUR_MS);
  const made = await tx.alertAcknowledgement.create({
    data: {
      episodeId: episode.id,
      actorId: by.id,
      actor: by.name,
      owner,
      note: body.note,
      createdAt: now,
      expiresAt,
      signatures: episode.signatures,
      idempotencyKey: body.idempotencyKey,
    },
  });
  await addEvent(owner === by.name ? 'acknowledged' : 'handed_over', by.name, {
    owner,
    note: body.note,
    until: expiresAt.toISOString(),
    silence,
  });
  if (wantsSilence && !silence) await addEvent('silence_not_possible', null, { ability });
  if (silence)
    await enqueueJobs(tx, [
      silenceRequest({ acknowledgement: made.id, episodeId: episode.id }, source),
    ]);
  if (service)
    await enqueueJobs(tx, [
      captureRequest({ service, reason: 'acknowledged', episodeId: episode.id }),
    ]);
  return {
    episodeId: episode.id,
    outcome: 'acknowledged',
    expiresAt: expiresAt.toISOString(),
    silence: silenceAnswer(wantsSilence, source),
  };
}

function silenceAnswer(wanted: boolean, source: string): AcknowledgeResult['silence'] {
  if (!wanted) return 'no';
  return silenceAbility(source) === 'possible' ? 'requested' : 'not_possible';
}

export type EndReason = 'withdrawn' | 'expired' | 'new_signature';

const END_EVENTS = {
  withdrawn: 'acknowledgement_withdrawn',
  expired: 'acknowledgement_expired',
  new_signature: 'acknowledgement_broken',
} as const satisfies Record<EndReason, TimelineEventKind>;

/**
 * Ends what is acknowledged, with the reason on the timeline, and begins to count anew until others
 * are told. Does nothing where nothing is.
 */
export async function endAcknowledgement(
  ids: readonly string[],
  reason: EndReason,
  by: string | null,
  detail: Record<string, string | number> = {},
): Promise<void> {
  await withLockedEpisodes(ids, async ({ episode, tx, addEvent }) => {
    const [acknowledged] = episode.acknowledgements;
    if (!acknowledged || episode.resolvedAt) return;
    // Renewed between the look and the lock.
    if (reason === 'expired' && acknowledged.expiresAt > new Date()) return;
    await tx.alertAcknowledgement.update({
      where: { id: acknowledged.id },
      data: { endedAt: new Date(), endReason: reason },
    });
    await addEvent(END_EVENTS[reason], by, {
      owner: acknowledged.owner,
      ...detail,
    });
    await enqueueJobs(
      tx,
      escalationJobs({
        episodeId: episode.id,
        severity: episode.series.severity,
        cause: acknowledged.id,
        fromMs: epochMs(Date.now()),
        atOnce: reason !== 'withdrawn',
      }),
    );
  });
}

/** @throws AppError not_found */
export async function addNote(by: Principal, id: string, text: string): Promise<void> {
  const done = await withLockedEpisodes([id], ({ addEvent }) =>
    addEvent('note_added', by.name, { text }),
  );
  if (done.length === 0) throw new AppError('not_found', 'There is no such episode.');
}

/**
 * What fixed it: shown when the same failure comes back.
 * @throws AppError not_found, conflict while it still fires
 */
export async function recordFix(by: Principal, id: string, text: string): Promise<void> {
  const done = await withLockedEpisodes([id], async ({ episode, tx, addEvent }) => {
    if (!episode.resolvedAt)
      throw new AppError('conflict', 'It still fires. Say what fixed it when it has resolved.');
    if (episode.fix === text) return;
    await tx.alertEpisode.update({
      where: { id },
      data: { fix: text, fixedBy: by.name, fixedAt: new Date() },
    });
    await addEvent('fix_recorded', by.name, { text });
  });
  if (done.length === 0) throw new AppError('not_found', 'There is no such episode.');
}
