import { prisma } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { SeverityRank } from '@/lib/config/severity-ranks';
import type { EpisodeRow, ListQuery } from '../contract';
import { episodeInclude, episodeRow, requestedSilences, stringRecord } from './episode-row';
import { hasSeveritySql, severityOrderSql, severityRank } from './severity';

/** What needs somebody comes first; an acknowledgement that ends soon needs somebody soon. */
const RANK = Prisma.sql`
  CASE
    WHEN e.resolved_at IS NOT NULL THEN 3
    WHEN a.id IS NULL THEN 0
    WHEN a.expires_at < now() + interval '15 minutes' THEN 1
    ELSE 2
  END`;

const IN_STATE: Readonly<Record<ListQuery['state'], Prisma.Sql>> = {
  open: Prisma.sql`e.resolved_at IS NULL`,
  unacknowledged: Prisma.sql`e.resolved_at IS NULL AND a.id IS NULL`,
  acknowledged: Prisma.sql`e.resolved_at IS NULL AND a.id IS NOT NULL`,
  resolved: Prisma.sql`e.resolved_at IS NOT NULL`,
  all: Prisma.sql`true`,
};

export interface ListedEpisodes {
  readonly episodes: EpisodeRow[];
  /** All that fire, whatever was asked for. */
  readonly firing: number;
  readonly unacknowledged: number;
  readonly more: boolean;
}

/**
 * Unacknowledged by severity, then age; acknowledgements that end within a quarter of an hour;
 * acknowledged; resolved, newest first.
 */
export async function listEpisodes(query: ListQuery): Promise<ListedEpisodes> {
  const found = await findIds(query);
  const ids = found.slice(0, query.limit);
  const [loaded, counts] = await Promise.all([
    prisma().alertEpisode.findMany({ where: { id: { in: ids } }, include: episodeInclude }),
    countFiring(),
  ]);
  const silences = await requestedSilences(loaded);
  const byId = new Map(loaded.map((each) => [each.id, each]));
  const episodes = ids.flatMap((id) => {
    const each = byId.get(id);
    return each ? [episodeRow(each, silences)] : [];
  });
  return { episodes, ...counts, more: found.length > query.limit };
}

/** One more than asked for, where there are more. */
async function findIds({ state, severity, service, q, limit }: ListQuery): Promise<string[]> {
  const text = q ? `%${q.replace(/[\\%_]/g, '\\$&')}%` : null;
  const rows = await prisma().$queryRaw<{ id: string }[]>`
    SELECT e.id
      FROM alert_episodes e
      JOIN alert_series s ON s.id = e.series_id
      LEFT JOIN alert_acknowledgements a
        ON a.episode_id = e.id
       AND a.ended_at IS NULL
     WHERE ${IN_STATE[state]}
       AND e.resolved_by IS DISTINCT FROM 'merged'
       AND ${severity === undefined ? Prisma.sql`true` : hasSeveritySql(severity)}
       AND (${service ?? null}::text IS NULL OR s.service = ${service ?? null})
       AND (
             ${text}::text IS NULL
             OR s.name ILIKE ${text}
             OR s.service ILIKE ${text}
             OR e.annotations::text ILIKE ${text}
             OR s.labels::text ILIKE ${text}
           )
     ORDER BY ${RANK},
              CASE WHEN e.resolved_at IS NULL THEN ${severityOrderSql()} END,
              CASE WHEN e.resolved_at IS NULL THEN e.started_at END,
              e.resolved_at DESC,
              e.id
     LIMIT ${limit + 1}`;
  return rows.map(({ id }) => id);
}

async function countFiring(): Promise<{ firing: number; unacknowledged: number }> {
  const [counts] = await prisma().$queryRaw<{ firing: bigint; unacknowledged: bigint }[]>`
    SELECT count(*) AS firing,
           count(*) FILTER (WHERE a.id IS NULL) AS unacknowledged
      FROM alert_episodes e
      LEFT JOIN alert_acknowledgements a
        ON a.episode_id = e.id
       AND a.ended_at IS NULL
     WHERE e.resolved_at IS NULL`;
  return { firing: Number(counts!.firing), unacknowledged: Number(counts!.unacknowledged) };
}

export const countOpenEpisodes = (): Promise<number> =>
  prisma().alertEpisode.count({ where: { resolvedAt: null } });

/** An open episode whose rule names the dashboard to look at. */
interface OpenAlert {
  readonly dashboard: string;
  readonly name: string;
  readonly service: string | null;
  /** Its rank. */
  readonly severity: SeverityRank;
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
    return dashboard ? [{ dashboard, ...series, severity: severityRank(series.severity) }] : [];
  });
}

/**
 * Episodes open at some time of the window, of these services or with this id in their labels or
 * annotations.
 */
export async function episodesDuring(
  window: { from: Date; to: Date },
  services: readonly string[] | 'all',
  correlationId: string,
): Promise<EpisodeRow[]> {
  const named = services === 'all' ? [] : [...services];
  const ids = await prisma().$queryRaw<{ id: string }[]>`
    SELECT e.id
      FROM alert_episodes e
      JOIN alert_series s ON s.id = e.series_id
     WHERE coalesce(e.hurt_since, e.started_at) <= ${window.to}
       AND (e.resolved_at IS NULL OR e.resolved_at >= ${window.from})
       AND e.resolved_by IS DISTINCT FROM 'merged'
       AND s.test IS NULL
       AND (
             ${services === 'all'}
             OR s.service = ANY(${named}::text[])
             OR e.annotations ->> 'correlation_id' = ${correlationId}
             OR s.labels ->> 'correlation_id' = ${correlationId}
           )
     ORDER BY e.started_at
     LIMIT 50`;
  const found = await prisma().alertEpisode.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    include: episodeInclude,
    orderBy: { startedAt: 'asc' },
  });
  return found.map((each) => episodeRow(each, new Set()));
}
