'use client';

import Link from 'next/link';
import ui from '@/components/ui/ui.module.css';
import { ParameterSelect } from './parameter-select';
import type { DashboardId } from './queries';
import {
  absoluteWindow,
  REFRESH_INTERVALS,
  serializeDashboardState,
  type DashboardState,
  type Parameter,
} from './search-params';
import type { ShownWindow } from './move-window';
import { TimeRangeControls } from './time-range-controls';
import type { DashboardActions } from './use-dashboard-state';
import styles from './dashboards.module.css';

const DASHBOARDS: readonly { readonly id: DashboardId; readonly title: string }[] = [
  { id: 'application', title: 'Application' },
  { id: 'runners', title: 'Runners' },
  { id: 'cluster', title: 'Cluster' },
  { id: 'portal', title: 'Portal' },
];
const REFRESH_TITLES: Readonly<Record<DashboardState['refresh'], string>> = {
  off: 'Refresh off',
  '10s': 'Every 10 s',
  '30s': 'Every 30 s',
  '1m': 'Every minute',
  '5m': 'Every 5 minutes',
};

interface Props {
  readonly id: DashboardId;
  readonly parameters: readonly Parameter[];
  readonly state: DashboardState;
  readonly actions: DashboardActions;
  /** The window of the view; null before the first answer. */
  readonly shown: ShownWindow | null;
  readonly isFetching: boolean;
  readonly onRefresh: () => void;
}

/** Which dashboard, what is selected, over which time, and how often it refreshes. */
export function Toolbar({ id, parameters, state, actions, shown, isFetching, onRefresh }: Props) {
  return (
    <div className={styles.toolbar}>
      <DashboardTabs current={id} state={state} />
      {parameters.map((name) => (
        <ParameterSelect key={name} id={id} name={name} state={state} actions={actions} />
      ))}
      <div className={styles.time}>
        <TimeRangeControls state={state} actions={actions} shown={shown} />
        <RefreshSelect state={state} actions={actions} />
        <button type="button" className={ui.button} onClick={onRefresh} disabled={isFetching}>
          Refresh
        </button>
      </div>
    </div>
  );
}

interface DashboardTabsProps {
  readonly current: DashboardId;
  readonly state: DashboardState;
}

/** Every dashboard over the same time. */
function DashboardTabs({ current, state }: DashboardTabsProps) {
  const { range, from, to, refresh } = state;
  const sameTime = serializeDashboardState({ range, from, to, refresh });
  return (
    <nav className={styles.tabs} aria-label="Dashboards">
      {DASHBOARDS.map(({ id, title }) => (
        <Link
          key={id}
          href={`/dashboards/${id}${sameTime}`}
          prefetch={false}
          aria-current={id === current ? 'page' : undefined}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}

function RefreshSelect({ state, actions }: Pick<Props, 'state' | 'actions'>) {
  // A window with an end does not change any more.
  const isAbsolute = absoluteWindow(state) !== null;
  return (
    <select
      className={styles.select}
      aria-label="Refresh"
      value={isAbsolute ? 'off' : state.refresh}
      disabled={isAbsolute}
      onChange={(event) => actions.setRefresh(event.target.value as DashboardState['refresh'])}
    >
      {REFRESH_INTERVALS.map((interval) => (
        <option key={interval} value={interval}>
          {REFRESH_TITLES[interval]}
        </option>
      ))}
    </select>
  );
}
