import { prisma } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import type { AcknowledgeBody } from '../contract';

/** The acknowledgement that this very call has made before, if it has. */
export const findSameAcknowledgement = (
  tx: Prisma.TransactionClient,
  episodeId: string,
  actorId: string,
  { idempotencyKey }: AcknowledgeBody,
) =>
  tx.alertAcknowledgement.findUnique({
    where: { actorId_idempotencyKey_episodeId: { actorId, idempotencyKey, episodeId } },
  });

/** Whether alerts can be handed to a user of this name. */
export const isResponder = async (name: string): Promise<boolean> =>
  (await prisma().user.count({ where: { name, role: { in: ['responder', 'admin'] } } })) > 0;

/** Episodes whose acknowledgement is past its time and not ended yet. */
export const expiredAcknowledgements = async (): Promise<string[]> =>
  (
    await prisma().alertAcknowledgement.findMany({
      where: { endedAt: null, expiresAt: { lt: new Date() }, episode: { resolvedAt: null } },
      select: { episodeId: true },
      take: 500,
    })
  ).map(({ episodeId }) => episodeId);

export const acknowledgementWithEpisode = (id: string) =>
  prisma().alertAcknowledgement.findUnique({
    where: { id },
    include: { episode: { include: { series: true } } },
  });

export async function setSilence(
  acknowledgementId: string,
  silenceId: string | null,
): Promise<void> {
  await prisma().alertAcknowledgement.update({
    where: { id: acknowledgementId },
    data: { silenceId, silenceFailure: null },
  });
}

/** Why it is not silenced, for where it was asked for. */
export async function noteSilenceFailure(acknowledgementId: string, why: string): Promise<void> {
  await prisma().alertAcknowledgement.updateMany({
    where: { id: acknowledgementId, silenceId: null },
    data: { silenceFailure: why },
  });
}

/** Acknowledgements whose episode has ended and whose silence is still there. */
export const leftoverSilences = () =>
  prisma().alertAcknowledgement.findMany({
    where: {
      silenceId: { not: null },
      OR: [{ endedAt: { not: null } }, { episode: { resolvedAt: { not: null } } }],
    },
    include: { episode: { include: { series: true } } },
    take: 100,
  });
