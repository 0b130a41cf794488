import { queryOptions } from '@tanstack/react-query';
import type { EpisodeList } from '@/lib/alerts/contract';
import { fetchJson } from './api-client';

/** Every list of alerts lies under this key, so that what changes an alert can invalidate all. */
export const ALERT_LISTS_KEY = ['alerts', 'list'] as const;

const COUNT_EVERY_MS = 30_000;

/** How many alerts fire, for the bar of every page. */
export const firingCountQuery = queryOptions({
  queryKey: [...ALERT_LISTS_KEY, 'firing-count'],
  refetchInterval: COUNT_EVERY_MS,
  queryFn: async ({ signal }) =>
    (await fetchJson<EpisodeList>('/api/alerts?limit=1', signal)).counts.firing,
});
