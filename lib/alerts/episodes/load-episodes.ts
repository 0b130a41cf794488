import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';
import { loadHeartbeat } from '../intake/heartbeat';
import type { EpisodeList, EpisodeView, ListQuery } from '../contract';
import { countOpenEpisodes, listEpisodes } from './list-episodes';
import { whyNoSilence } from '../sources/source-abilities';
import { readEpisode } from './read-episode';

/** The alert list, and whether it can be trusted. */
export async function loadEpisodes(query: ListQuery): Promise<EpisodeList> {
  const [{ episodes, firing, unacknowledged, more }, heartbeat] = await Promise.all([
    listEpisodes(query),
    loadHeartbeat(),
  ]);
  return {
    at: new Date().toISOString(),
    episodes,
    counts: { firing, unacknowledged, shown: episodes.length },
    heartbeat,
    more,
  };
}

/** How many episodes are open, for the bar of every page; null when Postgres does not say. */
export const countFiring = (): Promise<number | null> =>
  countOpenEpisodes().catch((error: unknown) => {
    log().warn(
      { code: 'open_episodes_uncounted', error: String(error) },
      'open episodes could not be counted for the top bar',
    );
    return null;
  });

/** @throws AppError not_found */
export async function loadEpisode(id: string): Promise<EpisodeView> {
  const episode = await readEpisode(id);
  if (!episode) throw new AppError('not_found', 'There is no such episode.');
  return {
    ...episode,
    at: new Date().toISOString(),
    acknowledgementScope: describeScope(episode.source),
  };
}

/** What acknowledging quiets, and what it does not. */
function describeScope(source: string): string {
  const channels = config().ALERT_CHANNELS.map(({ name }) => name);
  const noSilence = whyNoSilence(source);
  const others =
    `${source} still sends to its other receivers: this does not acknowledge PagerDuty, ` +
    `and phones that ring for it keep ringing.${noSilence ? ` ${noSilence}` : ''}`;
  return channels.length > 0
    ? `This portal will not notify ${channels.join(', ')} of it. ${others}`
    : others;
}
