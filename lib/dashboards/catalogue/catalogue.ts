import { oneOf } from '@/lib/telemetry/prometheus/promql';
import { application } from './application';
import { cluster } from './cluster';
import {
  PARAMETER_NAMES,
  type Choices,
  type Chosen,
  type Dashboard,
  type Panel,
  type Parameter,
} from './panel';
import { portal } from './portal';
import { runners } from './runners';

/** All dashboards, in the order of the questions: is it us, the runners, the cluster, or what looks at them? */
export const DASHBOARDS: readonly Dashboard[] = [application, runners, cluster, portal];
export const DASHBOARD_IDS = ['application', 'runners', 'cluster', 'portal'] as const;

export const dashboardOf = (id: Dashboard['id']): Dashboard =>
  DASHBOARDS.find((dashboard) => dashboard.id === id)!;
export const panelOf = ({ panels }: Dashboard, id: string): Panel | undefined =>
  panels.find((panel) => panel.id === id);

/** Nothing chosen: all of everything. */
export const ALL: Chosen = {
  service: '.*',
  operation: '.*',
  scaleSet: '.*',
  namespace: '.*',
  node: '.*',
};

/** What is chosen, as regular expressions that match exactly it. */
export const chosenIn = (choices: Choices): Chosen => ({
  ...ALL,
  ...Object.fromEntries(
    PARAMETER_NAMES.flatMap((name) =>
      choices[name]?.length ? [[name, oneOf(choices[name])]] : [],
    ),
  ),
});

/** What is chosen and makes no difference to a panel. */
export const ignoredBy = ({ query }: Pick<Panel, 'query'>, choices: Choices): Parameter[] =>
  PARAMETER_NAMES.filter(
    (name) =>
      choices[name]?.length && query(chosenIn({ [name]: choices[name] }), 60) === query(ALL, 60),
  );
