import { application } from './application';
import { cluster } from './cluster';
import type { Chosen, Dashboard, Panel } from './panel';
import { portal } from './portal';
import { runners } from './runners';

/** All dashboards, in the order of the questions: is it us, the runners, the cluster, or what looks at them? */
export const DASHBOARDS: readonly Dashboard[] = [application, runners, cluster, portal];
export const DASHBOARD_IDS = ['application', 'runners', 'cluster', 'portal'] as const;

export const dashboardOf = (id: Dashboard['id']): Dashboard => DASHBOARDS.find((dashboard) => dashboard.id === id)!;
export const panelOf = ({ panels }: Dashboard, id: string): Panel | undefined => panels.find((panel) => panel.id === id);

/** Nothing chosen: all of everything. */
export const ALL: Chosen = { service: '.*', operation: '.*', scaleSet: '.*', namespace: '.*', node: '.*' };
