import { createHash } from 'node:crypto';
import { config } from '@/lib/config/load';
import type { DigestNotification } from './send-notification';
import type { UnacknowledgedEpisode } from './unacknowledged';

/** Named in a digest; the rest is counted. */
const NAMED = 10;

/** One message about many episodes. @param episodes the worst first */
export function digestOf(
  channel: string,
  episodes: readonly UnacknowledgedEpisode[],
): DigestNotification {
  const counts = new Map<string, number>();
  for (const { severity } of episodes) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return {
    kind: 'digest',
    total: episodes.length,
    bySeverity: Object.fromEntries(counts),
    worst: episodes.slice(0, NAMED).map(({ name, severity, service, startedAt, url }) => ({
      name,
      severity,
      service,
      startedAt,
      url,
    })),
    url: `${config().PUBLIC_URL}/alerts?state=unacknowledged`,
    key: digestKey(channel, episodes),
  };
}

/**
 * The same for the same episodes, so that an attempt whose answer was lost can be told from a new
 * message.
 */
function digestKey(channel: string, episodes: readonly UnacknowledgedEpisode[]): string {
  const ids = episodes.map(({ id }) => id).toSorted();
  const hash = createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 32);
  return `digest:${channel}:${hash}`;
}
