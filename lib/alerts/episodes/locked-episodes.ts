import { prisma } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import type { TimelineEventDetail, TimelineEventKind } from '../contract';
import { episodeInclude, type LoadedEpisode } from './episode-row';
import { SERIES_LOCK } from './transaction';

type Transaction = Prisma.TransactionClient;

/** An episode while its series is locked, and what may be done with it. */
export interface LockedEpisode {
  readonly episode: LoadedEpisode;
  readonly tx: Transaction;
  /** Adds to the timeline, in the same transaction. @param actor the person who did it */
  readonly addEvent: <Kind extends TimelineEventKind>(
    kind: Kind,
    actor: string | null,
    detail: TimelineEventDetail<Kind>,
  ) => Promise<void>;
}

/**
 * Runs `work` for each of the episodes, their series locked in the order of their ids, all in one
 * transaction; tells the other replicas. Unknown episodes are left out.
 */
export const withLockedEpisodes = <Result>(
  ids: readonly string[],
  work: (locked: LockedEpisode) => Promise<Result>,
): Promise<Result[]> =>
  prisma().$transaction(
    async (tx) => {
      const episodes = await lockEpisodes(tx, [...ids]);
      const results: Result[] = [];
      for (const episode of episodes)
        results.push(
          await work({
            episode,
            tx,
            addEvent: (kind, actor, detail) => addEvent(tx, episode, kind, actor, detail),
          }),
        );
      await tx.$executeRaw`SELECT pg_notify('throughline_alerts', '')`;
      return results;
    },
    { maxWait: 5_000, timeout: 30_000 },
  );

async function lockEpisodes(tx: Transaction, ids: string[]): Promise<LoadedEpisode[]> {
  // As whoever processes messages does: people and messages never wait for each other in a circle.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SERIES_LOCK})`;
  await tx.$queryRaw`
    SELECT s.id
      FROM alert_series s
     WHERE s.id IN (
             SELECT series_id
               FROM alert_episodes
              WHERE id = ANY(${ids}::uuid[])
           )
     ORDER BY s.id
       FOR UPDATE`;
  return tx.alertEpisode.findMany({
    where: { id: { in: ids } },
    include: episodeInclude,
    orderBy: { seriesId: 'asc' },
  });
}

async function addEvent(
  tx: Transaction,
  { id: episodeId, seriesId }: LoadedEpisode,
  kind: TimelineEventKind,
  actor: string | null,
  detail: object,
): Promise<void> {
  const { lastSeq: seq } = await tx.alertSeries.update({
    where: { id: seriesId },
    data: { lastSeq: { increment: 1 } },
    select: { lastSeq: true },
  });
  await tx.alertEvent.create({
    data: { seriesId, seq, episodeId, kind, actor, detail: detail as Prisma.InputJsonObject },
  });
}
