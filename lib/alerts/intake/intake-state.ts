import { prisma } from '@/lib/db/client';
import type { AlertPeer, AlertReconciliation } from '@/lib/db/generated/client';

/** Who has sent alerts and who was asked for them, as far as Postgres knows. */
export interface IntakeState {
  readonly peers: readonly AlertPeer[];
  readonly reconciliations: readonly AlertReconciliation[];
  readonly quarantined: number;
}

export async function readIntakeState(): Promise<IntakeState> {
  const orderBy = [{ source: 'asc' as const }, { peer: 'asc' as const }];
  const [peers, reconciliations, quarantined] = await Promise.all([
    prisma().alertPeer.findMany({ orderBy }),
    prisma().alertReconciliation.findMany({ orderBy }),
    prisma().alertQuarantine.count(),
  ]);
  return { peers, reconciliations, quarantined };
}

/** Items of messages that could not be read, newest first. */
export const listQuarantine = async () =>
  (await prisma().alertQuarantine.findMany({ orderBy: { id: 'desc' }, take: 200 })).map(
    ({ id, deliveryId, source, reason, item, createdAt }) => ({
      id: String(id),
      delivery: String(deliveryId),
      source,
      reason,
      item,
      createdAt: createdAt.toISOString(),
    }),
  );
