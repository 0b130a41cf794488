import { getDashboard } from '../catalogue/catalogue';
import type { Dashboard } from '../catalogue/panel';
import type { DashboardQuery } from '../contract';
import { alignSeries } from './aligned-series';
import { toCsv } from './csv';
import { requirePanel } from './drilldown';
import { queryAllSeries } from './query-all-series';
import { createFrame } from './query-frame';

/** All series of one panel as CSV. @throws AppError not_found, unavailable */
export async function loadCsv(
  id: Dashboard['id'],
  panelId: string,
  query: DashboardQuery,
  nowMs: number,
  signal: AbortSignal,
): Promise<string> {
  const panel = requirePanel(getDashboard(id), panelId);
  const frame = createFrame(query, nowMs);
  const series = await queryAllSeries(panel, frame, signal);
  return toCsv(alignSeries(series, frame.grid, panel.groupBy), frame.grid);
}
