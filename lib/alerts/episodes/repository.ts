import { Prisma } from '@/lib/db/generated/client';
import { prisma } from '@/lib/db/client';
import { unfinishedJobKeys } from '@/lib/jobs/queue';
import { epochMs, HOUR_MS, type EpochMs } from '@/lib/time/units';
import type { AcknowledgeBody, EpisodeRow, EpisodeView, Impact, ListQuery } from '../contract';
import { silenceKey } from '../responses/silence-jobs';
import { SERIES_LOCK } from './transaction';
import { evidenceSummary } from '../analysis/contract';

type Transaction = Prisma.TransactionClient;

const episodeInclude = {
  series: true,
  acknowledgements: { where: { endedAt: null } },
} satisfies Prisma.AlertEpisodeInclude;
type LoadedEpisode = Prisma.AlertEpisodeGetPayload<{ include: typeof episodeInclude }>;

const stringRecord = (value: unknown): Record<string, string> => value as Record<string, string>;

/** What an alert says of itself, under whichever name its source has for it. */
export const alertSummary = (annotations: Readonly<Record<string, string>>): string =>
  annotations.summary ?? annotations.message ?? annotations.description ?? '';

function episodeRow(episode: LoadedEpisode, silences: ReadonlySet<string>): EpisodeRow {
  const { series } = episode;
  const [acknowledged] = episode.acknowledgements;
  const annotations = stringRecord(episode.annotations);
  return {
    id: episode.id,
    state: episode.resolvedAt ? 'resolved' : acknowledged ? 'acknowledged' : 'firing',
    severity: series.severity,
    name: series.name,
    service: series.service,
    source: series.source,
    group: series.groupKey,
    summary: alertSummary(annotations),
    startedAt: episode.startedAt.toISOString(),
    resolvedAt: episode.resolvedAt?.toISOString() ?? null,
    doubtful: episode.doubtfulSince !== null,
    acknowledgement: acknowledged ? acknowledgementOf(acknowledged, silences) : null,
    impact: episode.impact as Impact | null,
  };
}

const acknowledgementOf = (
  each: LoadedEpisode['acknowledgements'][number],
  silences: ReadonlySet<string>,
): NonNullable<EpisodeRow['acknowledgement']> => ({
  id: each.id,
  actor: each.actor,
  owner: each.owner,
  note: each.note,
  createdAt: each.createdAt.toISOString(),
  expiresAt: each.expiresAt.toISOString(),
  silenced: each.silenceId ? 'yes' : silences.has(each.id) ? 'wanted' : 'no',
});

/** Of these acknowledgements, the ones whose silence is on its way. */
async function requestedSilences(episodes: readonly LoadedEpisode[]): Promise<Set<string>> {
  const ids = episodes.flatMap(({ acknowledgements }) =>
    acknowledgements.filter(({ silenceId }) => !silenceId).map(({ id }) => id),
  );
  const unfinished = await unfinishedJobKeys(prisma(), ids.map(silenceKey));
  return new Set(ids.filter((id) => unfinished.has(silenceKey(id))));
}

/** What needs somebody first: unacknowledged by severity, then age; acknowledgements that end within a quarter of an hour; acknowledged; resolved, newest first. */
export async function listEpisodes(
  query: ListQuery,
): Promise<{ episodes: EpisodeRow[]; firing: number; unacknowledged: number; more: boolean }> {
  const text = query.q ? `%${query.q.replace(/[\\%_]/g, '\\$&')}%` : null;
  const rank = Prisma.sql`CASE WHEN e.resolved_at IS NOT NULL THEN 3 WHEN a.id IS NULL THEN 0 WHEN a.expires_at < now() + interval '15 minutes' THEN 1 ELSE 2 END`;
  const severity = Prisma.sql`CASE s.severity WHEN 'critical' THEN 0 WHEN 'page' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2 WHEN 'info' THEN 3 ELSE 4 END`;
  const state = {
    open: Prisma.sql`e.resolved_at IS NULL`,
    unacknowledged: Prisma.sql`e.resolved_at IS NULL AND a.id IS NULL`,
    acknowledged: Prisma.sql`e.resolved_at IS NULL AND a.id IS NOT NULL`,
    resolved: Prisma.sql`e.resolved_at IS NOT NULL`,
    all: Prisma.sql`true`,
  }[query.state];
  const ids = await prisma().$queryRaw<{ id: string }[]>`
    SELECT e.id FROM alert_episodes e JOIN alert_series s ON s.id = e.series_id LEFT JOIN alert_acknowledgements a ON a.episode_id = e.id AND a.ended_at IS NULL
     WHERE ${state} AND e.resolved_by IS DISTINCT FROM 'merged'
       AND (${query.severity ?? null}::text IS NULL OR s.severity = ${query.severity ?? null})
       AND (${query.service ?? null}::text IS NULL OR s.service = ${query.service ?? null})
       AND (${text}::text IS NULL OR s.name ILIKE ${text} OR s.service ILIKE ${text} OR e.annotations::text ILIKE ${text} OR s.labels::text ILIKE ${text})
     ORDER BY ${rank}, CASE WHEN e.resolved_at IS NULL THEN ${severity} END, CASE WHEN e.resolved_at IS NULL THEN e.started_at END, e.resolved_at DESC, e.id
     LIMIT ${query.limit + 1}`;
  const wanted = ids.slice(0, query.limit).map(({ id }) => id);
  const [found, counts] = await Promise.all([
    prisma().alertEpisode.findMany({ where: { id: { in: wanted } }, include: episodeInclude }),
    prisma().$queryRaw<
      { firing: bigint; unacknowledged: bigint }[]
    >`SELECT count(*) AS firing, count(*) FILTER (WHERE a.id IS NULL) AS unacknowledged FROM alert_episodes e LEFT JOIN alert_acknowledgements a ON a.episode_id = e.id AND a.ended_at IS NULL WHERE e.resolved_at IS NULL`,
  ]);
  const silences = await requestedSilences(found);
  const byId = new Map(found.map((each) => [each.id, each]));
  return {
    episodes: wanted.flatMap((id) => {
      const each = byId.get(id);
      return each ? [episodeRow(each, silences)] : [];
    }),
    firing: Number(counts[0]!.firing),
    unacknowledged: Number(counts[0]!.unacknowledged),
    more: ids.length > query.limit,
  };
}

const MAX_EVENTS = 300;

/** Everything of one episode that is in Postgres. */
export async function readEpisode(
  id: string,
): Promise<Omit<EpisodeView, 'quiets' | 'at'> | undefined> {
  const episode = await prisma().alertEpisode.findUnique({
    where: { id },
    include: episodeInclude,
  });
  if (!episode) return undefined;
  const [events, evidence, before, changes, people, silences] = await Promise.all([
    prisma().alertEvent.findMany({
      where: { episodeId: id },
      orderBy: { id: 'desc' },
      take: MAX_EVENTS,
    }),
    prisma().alertEvidence.findMany({
      where: { episodes: { some: { episodeId: id } } },
      orderBy: { capturedAt: 'asc' },
      take: 20,
    }),
    similarEpisodesBefore(episode),
    alertsChangedBefore(episode),
    prisma().user.findMany({
      where: { role: { in: ['responder', 'admin'] } },
      select: { name: true },
      orderBy: { name: 'asc' },
      take: 200,
    }),
    requestedSilences([episode]),
  ]);
  const annotations = stringRecord(episode.annotations);
  return {
    ...episodeRow(episode, silences),
    labels: stringRecord(episode.series.labels),
    annotations,
    generatorUrl: episode.generatorUrl,
    runbookUrl: annotations.runbook_url ?? null,
    resolvedBy: episode.resolvedBy,
    pendingAt: episode.pendingAt?.toISOString() ?? null,
    hurtSince: episode.hurtSince?.toISOString() ?? null,
    repeats: Number(episode.series.repeats),
    signatures: episode.signatures,
    fix:
      episode.fix && episode.fixedAt
        ? { text: episode.fix, by: episode.fixedBy ?? '', at: episode.fixedAt.toISOString() }
        : null,
    stillFailing: episode.stillFailing,
    timeline: events.map((event) => ({
      id: String(event.id),
      at: event.at.toISOString(),
      kind: event.kind,
      actor: event.actor,
      detail: event.detail as Record<string, unknown>,
    })),
    changes,
    before,
    evidence: evidence.map((each) => ({
      id: each.id,
      reason: each.reason,
      capturedAt: each.capturedAt.toISOString(),
      from: each.fromAt.toISOString(),
      to: each.toAt.toISOString(),
      ...evidenceSummary.parse(each.summary),
    })),
    people: people.map(({ name }) => name),
  };
}

const MAX_CHANGES = 6;

/** Other alerts that began or ended in the hour before this one was pending. */
async function alertsChangedBefore(episode: LoadedEpisode): Promise<EpisodeView['changes']> {
  const to = episode.pendingAt ?? episode.startedAt;
  const within = { gte: new Date(to.getTime() - HOUR_MS), lte: episode.startedAt };
  const found = await prisma().alertEpisode.findMany({
    where: {
      id: { not: episode.id },
      NOT: { resolvedBy: 'merged' },
      OR: [{ startedAt: within }, { resolvedAt: within }],
    },
    include: { series: true },
    orderBy: { startedAt: 'desc' },
    take: 50,
  });
  const inside = (at: Date | null) => at !== null && at >= within.gte && at <= within.lte;
  return found
    .flatMap(({ id, startedAt, resolvedAt, series: { name, service } }) => [
      ...(inside(startedAt)
        ? [{ at: startedAt.toISOString(), kind: 'fired' as const, id, name, service }]
        : []),
      ...(inside(resolvedAt)
        ? [{ at: resolvedAt!.toISOString(), kind: 'resolved' as const, id, name, service }]
        : []),
    ])
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, MAX_CHANGES);
}

/** Episodes before this one that failed the same way, else those of the same alert. */
async function similarEpisodesBefore(episode: LoadedEpisode): Promise<EpisodeView['before']> {
  const found = await prisma().alertEpisode.findMany({
    where: {
      id: { not: episode.id },
      resolvedAt: { not: null },
      startedAt: { lt: episode.startedAt },
      OR: [
        ...(episode.signatures.length ? [{ signatures: { hasSome: episode.signatures } }] : []),
        { series: { name: episode.series.name, service: episode.series.service } },
      ],
      NOT: { resolvedBy: 'merged' },
    },
    include: { acknowledgements: { orderBy: { createdAt: 'asc' } } },
    orderBy: { startedAt: 'desc' },
    take: 20,
  });
  return found
    .map((each) => ({
      id: each.id,
      startedAt: each.startedAt.toISOString(),
      resolvedAt: each.resolvedAt!.toISOString(),
      owner: each.acknowledgements.at(-1)?.owner ?? null,
      notes: each.acknowledgements.map(({ note }) => note).filter((note) => note !== ''),
      fix: each.fix,
      same: each.signatures.some((signature) => episode.signatures.includes(signature))
        ? ('signature' as const)
        : ('alert' as const),
    }))
    .sort((a, b) => Number(a.same === 'alert') - Number(b.same === 'alert'))
    .slice(0, 5);
}

/** An episode while its series is locked, and what may be done with it. */
export interface LockedEpisode {
  readonly episode: LoadedEpisode;
  readonly tx: Transaction;
  /** Adds to the timeline, in the same transaction. */
  addEvent(kind: string, actor: string | null, detail: Prisma.InputJsonObject): Promise<void>;
}

/**
 * Runs `work` for each of the episodes, their series locked in the order of their ids, all in one transaction; tells the other replicas.
 * Unknown episodes are left out.
 */
export async function withLockedEpisodes<Result>(
  ids: readonly string[],
  work: (locked: LockedEpisode) => Promise<Result>,
): Promise<Result[]> {
  return prisma().$transaction(
    async (tx) => {
      // As whoever reads messages does: people and reader never wait for each other in a circle.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SERIES_LOCK})`;
      await tx.$queryRaw`SELECT s.id FROM alert_series s WHERE s.id IN (SELECT series_id FROM alert_episodes WHERE id = ANY(${[...ids]}::uuid[])) ORDER BY s.id FOR UPDATE`;
      const episodes = await tx.alertEpisode.findMany({
        where: { id: { in: [...ids] } },
        include: episodeInclude,
        orderBy: { seriesId: 'asc' },
      });
      const results: Result[] = [];
      for (const episode of episodes) {
        const addEvent = async (
          kind: string,
          actor: string | null,
          detail: Prisma.InputJsonObject,
        ) => {
          const { lastSeq } = await tx.alertSeries.update({
            where: { id: episode.seriesId },
            data: { lastSeq: { increment: 1 } },
            select: { lastSeq: true },
          });
          await tx.alertEvent.create({
            data: {
              seriesId: episode.seriesId,
              seq: lastSeq,
              episodeId: episode.id,
              kind,
              actor,
              detail,
            },
          });
        };
        results.push(await work({ episode, tx, addEvent }));
      }
      await tx.$executeRaw`SELECT pg_notify('throughline_alerts', '')`;
      return results;
    },
    { maxWait: 5_000, timeout: 30_000 },
  );
}

/** The acknowledgement that this very call has made before, if it has. */
export const findSameAcknowledgement = (
  tx: Transaction,
  episodeId: string,
  actorId: string,
  { idempotencyKey }: AcknowledgeBody,
) =>
  tx.alertAcknowledgement.findUnique({
    where: { actorId_idempotencyKey_episodeId: { actorId, idempotencyKey, episodeId } },
  });

export const isResponder = async (name: string): Promise<boolean> =>
  (await prisma().user.count({ where: { name, role: { in: ['responder', 'admin'] } } })) > 0;

export const countOpenEpisodes = (): Promise<number> =>
  prisma().alertEpisode.count({ where: { resolvedAt: null } });

/** An open episode whose rule names the dashboard to look at. */
interface OpenAlert {
  readonly dashboard: string;
  readonly name: string;
  readonly service: string | null;
  readonly severity: string;
}

/** Open episodes whose rule names a dashboard of this product. */
export async function openAlertsByDashboard(): Promise<OpenAlert[]> {
  const open = await prisma().alertEpisode.findMany({
    where: { resolvedAt: null },
    select: {
      annotations: true,
      series: { select: { name: true, service: true, severity: true } },
    },
    orderBy: { startedAt: 'asc' },
    take: 1000,
  });
  return open.flatMap(({ annotations, series }) => {
    const [, dashboard] =
      /\/d\/throughline-([a-z]+)/.exec(stringRecord(annotations).dashboard_url ?? '') ?? [];
    return dashboard ? [{ dashboard, ...series }] : [];
  });
}

export const expiredAcknowledgements = async (): Promise<string[]> =>
  (
    await prisma().alertAcknowledgement.findMany({
      where: { endedAt: null, expiresAt: { lt: new Date() }, episode: { resolvedAt: null } },
      select: { episodeId: true },
      take: 500,
    })
  ).map(({ episodeId }) => episodeId);

/** Where an episode stands in time and in the system: all that is needed to ask others about it. */
export interface EpisodeContext {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly service: string | null;
  readonly startedMs: EpochMs;
  readonly resolvedMs: EpochMs | null;
  /** When its rule went pending, and since when it may have hurt; null until that was measured. */
  readonly pendingMs: EpochMs | null;
  readonly impactedSinceMs: EpochMs | null;
}

export async function readEpisodeContext(id: string): Promise<EpisodeContext | undefined> {
  const episode = await prisma().alertEpisode.findUnique({
    where: { id },
    include: { series: true },
  });
  const ms = (at: Date | null) => at && epochMs(at.getTime());
  return episode
    ? {
        name: episode.series.name,
        labels: stringRecord(episode.series.labels),
        service: episode.series.service,
        startedMs: epochMs(episode.startedAt.getTime()),
        resolvedMs: ms(episode.resolvedAt),
        pendingMs: ms(episode.pendingAt),
        impactedSinceMs: ms(episode.hurtSince),
      }
    : undefined;
}

export const findEpisode = (id: string) =>
  prisma().alertEpisode.findUnique({ where: { id }, include: episodeInclude });

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
    data: { silenceId },
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

export const readIntakeState = () =>
  Promise.all([
    prisma().alertPeer.findMany({ orderBy: [{ source: 'asc' }, { peer: 'asc' }] }),
    prisma().alertReconciliation.findMany({ orderBy: [{ source: 'asc' }, { peer: 'asc' }] }),
    prisma().alertQuarantine.count(),
  ]);

/** Episodes open at some time of the window, of these services or with this id in their labels or annotations. */
export async function episodesDuring(
  window: { from: Date; to: Date },
  services: readonly string[] | 'all',
  correlationId: string,
): Promise<EpisodeRow[]> {
  const ids = await prisma().$queryRaw<{ id: string }[]>`
    SELECT e.id FROM alert_episodes e JOIN alert_series s ON s.id = e.series_id
     WHERE coalesce(e.hurt_since, e.started_at) <= ${window.to} AND (e.resolved_at IS NULL OR e.resolved_at >= ${window.from}) AND e.resolved_by IS DISTINCT FROM 'merged'
       AND (${services === 'all'} OR s.service = ANY(${services === 'all' ? [] : [...services]}::text[]) OR e.annotations ->> 'correlation_id' = ${correlationId} OR s.labels ->> 'correlation_id' = ${correlationId})
     ORDER BY e.started_at LIMIT 50`;
  const found = await prisma().alertEpisode.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    include: episodeInclude,
    orderBy: { startedAt: 'asc' },
  });
  return found.map((each) => episodeRow(each, new Set()));
}
