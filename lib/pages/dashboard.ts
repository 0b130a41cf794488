import 'server-only';
import { episodeBandsDuring } from '@/lib/alerts/episodes/episode-bands';
import type { Dashboard } from '@/lib/dashboards/catalogue/panel';
import type { DashboardQuery, DashboardView } from '@/lib/dashboards/contract';
import { loadDashboard, type DashboardOptions } from '@/lib/dashboards/query/load-dashboard';
import { dashboardPage, type DashboardPage } from './contract';

export interface DashboardPageOptions extends Omit<DashboardOptions, 'episodes' | 'emit'> {
  readonly emit?: (part: Partial<DashboardPage>) => void;
}

/** A dashboard with the alert episodes that were open in its window. Never throws for a source. */
export async function loadDashboardPage(
  id: Dashboard['id'],
  query: DashboardQuery,
  { emit, ...options }: DashboardPageOptions,
): Promise<DashboardPage> {
  const view = await loadDashboard(id, query, {
    ...options,
    episodes: (window, services) => episodeBandsDuring(window, services.length ? services : 'all'),
    ...(emit && { emit: (part: Partial<DashboardView>) => emit(withEpisodes(part)) }),
  });
  return withEpisodes(view);
}

/** The same part; its episodes, if it has any, are bands. */
const withEpisodes = <Part extends Partial<DashboardView>>(part: Part) => ({
  ...part,
  ...(part.episodes && { episodes: dashboardPage.shape.episodes.parse(part.episodes) }),
});
