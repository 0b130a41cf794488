import { config } from '@/lib/config/load';
import { nsToMs, type Window } from '@/lib/time/units';
import type { Dashboard } from './panel';
import { PARAMETER_NAMES, type Selection } from './parameters';

/** The number of a panel in its Grafana dashboard: its place in the catalogue, from 1. */
export const panelNumber = ({ panels }: Dashboard, id: string): number =>
  panels.findIndex((panel) => panel.id === id) + 1;

/**
 * The twin of a panel in Grafana, over the same time and of the same things; null without
 * GRAFANA_URL.
 */
export function grafanaUrl(
  dashboard: Dashboard,
  panel: string,
  window: Window,
  selection: Selection,
): string | null {
  const { GRAFANA_URL } = config();
  if (!GRAFANA_URL) return null;
  const url = new URL(`d/throughline-${dashboard.id}`, `${GRAFANA_URL.replace(/\/$/, '')}/`);
  url.searchParams.set('from', String(Math.floor(nsToMs(window.startNs))));
  url.searchParams.set('to', String(Math.ceil(nsToMs(window.endNs))));
  for (const name of PARAMETER_NAMES)
    for (const value of selection[name] ?? []) url.searchParams.append(`var-${name}`, value);
  url.searchParams.set('viewPanel', `panel-${panelNumber(dashboard, panel)}`);
  return url.href;
}
