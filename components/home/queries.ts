import { queryOptions } from '@tanstack/react-query';
import { fetchJson } from '@/components/shell/api-client';
import type { Tile } from '@/lib/dashboards/contract';

const EVERY_MS = 30_000;

/** How the application, the runners and the cluster are. */
export const tilesQuery = queryOptions({
  queryKey: ['tiles'],
  refetchInterval: EVERY_MS,
  queryFn: async ({ signal }) =>
    (await fetchJson<{ tiles: readonly Tile[] }>('/api/dashboards', signal)).tiles,
});
