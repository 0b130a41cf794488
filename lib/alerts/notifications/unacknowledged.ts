import { alertPool } from '@/lib/db/pool';
import { config } from '@/lib/config/load';
import { alertSummary } from '../episodes/alert-summary';
import { severityPosition } from '../episodes/severity';

/** An episode that fires and that nobody has acknowledged, as it is told to others. */
export interface UnacknowledgedEpisode {
  readonly id: string;
  readonly name: string;
  readonly severity: string;
  readonly service: string | null;
  readonly summary: string;
  readonly startedAt: string;
  readonly url: string;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly severity: string;
  readonly service: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly started_at: Date;
}

export const episodeUrl = (id: string): string => `${config().PUBLIC_URL}/alerts/${id}`;

/**
 * Of these episodes, those that somebody still has to be told of; the worst first, then the oldest.
 */
export async function unacknowledgedEpisodes(
  ids: readonly string[],
): Promise<UnacknowledgedEpisode[]> {
  const { rows } = await alertPool().query<Row>(
    `SELECT e.id, s.name, s.severity, s.service, s.labels, e.annotations, e.started_at
       FROM alert_episodes e
       JOIN alert_series s ON s.id = e.series_id
      WHERE e.id = ANY($1::uuid[])
        AND e.resolved_at IS NULL
        AND s.test IS NULL
        AND NOT EXISTS (
              SELECT
                FROM alert_acknowledgements a
               WHERE a.episode_id = e.id
                 AND a.ended_at IS NULL
            )
      ORDER BY e.started_at,
               e.id`,
    [ids],
  );
  const bySeverity = rows.toSorted(
    (a, b) => severityPosition(a.severity) - severityPosition(b.severity),
  );
  return bySeverity.map(({ labels, annotations, started_at, ...row }) => ({
    ...row,
    summary: alertSummary(annotations, labels),
    startedAt: started_at.toISOString(),
    url: episodeUrl(row.id),
  }));
}
