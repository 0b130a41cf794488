'use client';

import dynamic from 'next/dynamic';
import type { ChartFrame } from '@/components/charts/chart-model';
import type { SeriesSlots } from '@/components/charts/series-slots';
import type { PanelView } from '@/lib/dashboards/contract';
import { CallTable } from './call-table';
import { OperationRatesTable } from './operation-rates-table';
import type { OperationSort } from './search-params';
import { SeriesTable } from './series-table';
import type { DashboardActions } from './use-dashboard-state';

const importLines = () => import('@/components/charts/lines-chart');
const importHeat = () => import('@/components/charts/heat-chart');
const LinesChart = dynamic(importLines, { ssr: false, loading: () => <span /> });
const HeatChart = dynamic(importHeat, { ssr: false, loading: () => <span /> });
const ServiceMap = dynamic(() => import('./service-map'), { ssr: false, loading: () => <span /> });

/** Loads the charts' code while the figures are still on their way. */
export const preloadCharts = (): Promise<unknown> => Promise.all([importLines(), importHeat()]);

interface FigureModel {
  readonly panel: PanelView;
  readonly slots: SeriesSlots;
  /** The one series that is shown, if it is only one. */
  readonly only: string | null;
  readonly isTable: boolean;
  readonly sort: OperationSort;
}

interface Props {
  readonly model: FigureModel;
  readonly frame: ChartFrame;
  readonly actions: DashboardActions;
}

/** The figure of a panel: a chart, a map or a table. */
export function PanelFigure({ model, frame, actions }: Props) {
  const { panel, isTable, sort } = model;
  const openSeries = (labels: Readonly<Record<string, string>>) =>
    actions.openRequests(panel.id, { labels });
  if (panel.kind === 'table')
    return (
      <OperationRatesTable
        panel={panel}
        sort={sort}
        onSort={actions.sortBy}
        onSelect={actions.select}
        onRequests={openSeries}
      />
    );
  if (panel.kind === 'map' && isTable) return <CallTable panel={panel} />;
  if (panel.kind === 'map')
    return <ServiceMap panel={panel} onService={(service) => actions.select({ service })} />;
  if (isTable)
    return <SeriesTable panel={panel} stepMs={frame.grid.stepMs} onRequests={openSeries} />;
  return <Chart model={model} frame={frame} actions={actions} />;
}

function Chart({ model: { panel, slots, only }, frame, actions }: Props) {
  const { series, unit, threshold, exemplars, heat } = panel;
  if (panel.kind === 'lines')
    return (
      <LinesChart
        model={{ series, slots, unit, threshold, only, exemplars }}
        frame={frame}
        onPick={(atMs, picked) => actions.openRequests(panel.id, { atMs, labels: picked?.labels })}
      />
    );
  if (!heat) return null;
  return (
    <HeatChart
      model={{ heat, quantiles: series, exemplars }}
      frame={frame}
      onPick={(atMs) => actions.openRequests(panel.id, { atMs })}
    />
  );
}
