import { openByDashboard } from '@/lib/alerts/episodes/repository';
import type { Tile } from '@/lib/dashboards/contract';
import { loadTiles } from '@/lib/dashboards/query/tiles';

/** The tiles of the home page. Where Postgres does not say what is open, the page says so elsewhere: the figures stand. */
export const loadTilesWithAlerts = (): Promise<Tile[]> =>
  loadTiles(() => openByDashboard().catch(() => []));
