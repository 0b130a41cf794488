import 'server-only';
import { openAlertsByDashboard } from '@/lib/alerts/episodes/list-episodes';
import type { Tile } from '@/lib/dashboards/contract';
import { loadTiles } from '@/lib/dashboards/query/load-tiles';
import { log } from '@/lib/observability/log';

/** The tiles of the home page. Without Postgres they stand on their figures alone. */
export const loadHomeTiles = (): Promise<Tile[]> =>
  loadTiles(() =>
    openAlertsByDashboard().catch((error: unknown) => {
      log().warn(
        { code: 'open_alerts_unreadable', error: String(error) },
        'the tiles of the home page are shown without open alerts',
      );
      return [];
    }),
  );
