import { absoluteWindow, type DashboardState } from './search-params';

const INTERVAL_MS: Readonly<Record<DashboardState['refresh'], number | false>> = {
  off: false,
  '10s': 10_000,
  '30s': 30_000,
  '1m': 60_000,
  '5m': 300_000,
};

/** How often a dashboard refreshes; never where its window has an end. */
export const refetchIntervalMs = (state: DashboardState): number | false =>
  absoluteWindow(state) ? false : INTERVAL_MS[state.refresh];
