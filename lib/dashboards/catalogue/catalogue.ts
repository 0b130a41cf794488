import { application } from './application';
import { cluster } from './cluster';
import type { Dashboard, Panel } from './panel';
import {
  MATCH_ALL,
  PARAMETER_NAMES,
  patternsOf,
  type Parameter,
  type Selection,
} from './parameters';
import { portal } from './portal';
import { runners } from './runners';

/**
 * All dashboards, in the order of triage: the application, the runners, the cluster, the portal
 * itself.
 */
export const DASHBOARDS: readonly Dashboard[] = [application, runners, cluster, portal];
export const DASHBOARD_IDS = ['application', 'runners', 'cluster', 'portal'] as const;

export const getDashboard = (id: Dashboard['id']): Dashboard =>
  DASHBOARDS.find((dashboard) => dashboard.id === id)!;
export const findPanel = ({ panels }: Dashboard, id: string): Panel | undefined =>
  panels.find((panel) => panel.id === id);

const ANY_RATE_SECONDS = 60;

/** The parameters that have a selection which does not change the query of a panel. */
export function ignoredParameters(
  { query }: Pick<Panel, 'query'>,
  selection: Selection,
): Parameter[] {
  const unfiltered = query(MATCH_ALL, ANY_RATE_SECONDS);
  return PARAMETER_NAMES.filter((name) => {
    const values = selection[name] ?? [];
    if (values.length === 0) return false;
    return query(patternsOf({ [name]: values }), ANY_RATE_SECONDS) === unfiltered;
  });
}
