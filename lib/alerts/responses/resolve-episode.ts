import type { PoolClient } from 'pg';
import type { Principal } from '@/lib/auth/authorize';
import { AppError } from '@/lib/errors/app-error';
import { epochMs } from '@/lib/time/units';
import { resolveByPerson } from '../episodes/series';
import { lockSeries, saveSeries } from '../episodes/series-store';
import { SeriesUpdate } from '../episodes/series-update';
import { inSeriesTransaction } from '../episodes/transaction';
import { resolutionAbility } from '../sources/source-abilities';
import type { ResolveBody, Resolution } from '../contract';

interface Row {
  readonly source: string;
  readonly fingerprint: string;
  readonly resolved_at: Date | null;
}

/**
 * Ends an episode by a person's word: for sources that cannot be asked whether it still fires. It is
 * one more fact of the series, as if its source had said it: a later beginning is a new episode, and
 * one that is said again after this opens it again. Sent again under the same key it changes
 * nothing.
 * @throws AppError not_found, conflict for one that has ended or whose source tells its end
 */
export const resolveEpisode = (by: Principal, id: string, body: ResolveBody): Promise<Resolution> =>
  inSeriesTransaction(async (client) => {
    const episode = await readEpisodeKey(client, id);
    if (!episode) throw new AppError('not_found', 'There is no such episode.');
    const { source, fingerprint, resolved_at } = episode;
    const before = await sameResolution(client, id, by.name, body.idempotencyKey);
    if (before) return { episodeId: id, resolvedAt: before.toISOString() };
    if (resolved_at) throw new AppError('conflict', 'It has resolved meanwhile.');
    if (resolutionAbility(source) !== 'possible')
      throw new AppError(
        'conflict',
        `${source} tells itself when it ends, and would bring it back. Acknowledge or silence it.`,
      );
    const [locked] = await lockSeries(client, [{ source, fingerprint }]);
    const update = new SeriesUpdate(locked!);
    const now = epochMs(Date.now());
    update.take((series) => resolveByPerson(series, now, by.name, { ...body }));
    await saveSeries(client, [update]);
    await client.query(`SELECT pg_notify('throughline_alerts', '')`);
    const { endMs } = update.series.episodes.find((each) => each.id === id)!;
    return { episodeId: id, resolvedAt: new Date(endMs ?? now).toISOString() };
  });

async function readEpisodeKey(client: PoolClient, id: string): Promise<Row | undefined> {
  const { rows } = await client.query<Row>(
    `SELECT s.source, s.fingerprint, e.resolved_at
       FROM alert_episodes e
       JOIN alert_series s ON s.id = e.series_id
      WHERE e.id = $1`,
    [id],
  );
  return rows[0];
}

/** When this very call resolved it before, if it did. */
async function sameResolution(
  client: PoolClient,
  episodeId: string,
  actor: string,
  idempotencyKey: string,
): Promise<Date | undefined> {
  const { rows } = await client.query<{ at: Date }>(
    `SELECT at
       FROM alert_events
      WHERE episode_id = $1
        AND kind = 'resolved'
        AND actor = $2
        AND detail ->> 'idempotencyKey' = $3`,
    [episodeId, actor, idempotencyKey],
  );
  return rows[0]?.at;
}
