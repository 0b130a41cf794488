import { nsToMs, type Window } from '@/lib/time/units';
import type { EpisodeBand } from '../contract';
import { episodesDuring } from './list-episodes';

/** Episodes that were open in a window, for what draws them on an axis. */
export async function episodeBandsDuring(
  window: Window,
  services: readonly string[] | 'all',
  id = '',
): Promise<EpisodeBand[]> {
  const found = await episodesDuring(
    { from: new Date(nsToMs(window.startNs)), to: new Date(nsToMs(window.endNs)) },
    services,
    id,
  );
  return found.map(
    ({
      id: episodeId,
      name,
      severity,
      service,
      state,
      startedAt,
      resolvedAt,
      acknowledgement,
    }) => ({
      id: episodeId,
      name,
      severity,
      service,
      state,
      startedAt,
      resolvedAt,
      owner: acknowledgement?.owner ?? null,
      note: acknowledgement?.note ?? '',
    }),
  );
}
