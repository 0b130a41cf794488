import { bandsDuring } from '@/lib/alerts/episodes/episode-bands';
import type { Dashboard } from '@/lib/dashboards/catalogue/panel';
import type { DashboardQuery, DashboardView } from '@/lib/dashboards/contract';
import { loadDashboard, type DashboardOptions } from '@/lib/dashboards/query/load';

/** A dashboard with the alerts that were open in its time. */
export const loadDashboardWithAlerts = (
  id: Dashboard['id'],
  query: DashboardQuery,
  options: Omit<DashboardOptions, 'episodes'>,
): Promise<DashboardView> =>
  loadDashboard(id, query, {
    ...options,
    episodes: (window, services) => bandsDuring(window, services.length ? services : 'all'),
  });
