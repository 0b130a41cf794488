'use client';

import { useMemo } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import type { ChartFrame } from '@/components/charts/chart-model';
import type { SeriesSlots } from '@/components/charts/series-slots';
import { Swatch } from '@/components/charts/series-style';
import { formatValue } from '@/components/charts/units';
import type { Crosshair } from '@/components/ui/crosshair';
import { Panel } from '@/components/ui/panel';
import type { PanelView } from '@/lib/dashboards/contract';
import type { DashboardPage } from '@/lib/pages/contract';
import { PanelFigure } from './panel-figure';
import { PanelHeader } from './panel-header';
import type { DashboardState } from './search-params';
import { onlySeries, type DashboardActions } from './use-dashboard-state';
import styles from './dashboards.module.css';

const MAX_LEGEND = 6;
const HEIGHT_PX = 220;

interface Props {
  readonly panel: PanelView;
  readonly slots: SeriesSlots;
  readonly view: DashboardPage;
  readonly crosshair: Crosshair;
  readonly state: DashboardState;
  readonly actions: DashboardActions;
  readonly csvUrl: string;
}

/**
 * One panel: the question it answers, what breaches its threshold and the remediation, and the way
 * to the requests behind it.
 */
export function PanelCard({ panel, slots, view, crosshair, state, actions, csvUrl }: Props) {
  const isTable = state.tables.includes(panel.id);
  const only = onlySeries(state, panel.id);
  const frame = useMemo(
    (): ChartFrame => ({
      grid: view.grid,
      fromMs: Date.parse(view.from),
      toMs: Date.parse(view.to),
      changes: view.changes,
      episodes: view.episodes,
      crosshair,
      onZoom: actions.setWindow,
    }),
    [view.grid, view.from, view.to, view.changes, view.episodes, crosshair, actions],
  );
  const isChart = panel.kind === 'lines' || panel.kind === 'heat';
  const hasFigures = panel.state === 'ok' || panel.state === 'partial';
  return (
    <section
      className={styles.panel}
      data-testid={`panel-${panel.id}`}
      data-state={panel.state}
      data-severity={panel.breaches.length > 0 ? panel.threshold!.severity : undefined}
      aria-labelledby={`panel-${panel.id}`}
      id={panel.id}
    >
      <PanelHeader panel={panel} isTable={isTable} actions={actions} csvUrl={csvUrl} />
      <Breach panel={panel} />
      <div
        className={styles.chart}
        style={{ height: isChart ? HEIGHT_PX : undefined, minHeight: HEIGHT_PX }}
      >
        <Panel state={wrapperState(panel.state)} message={panel.reason} height={HEIGHT_PX}>
          <ErrorBoundary
            resetKeys={[panel, isTable, only]}
            fallbackRender={() => (
              <Panel
                state="failed"
                height={HEIGHT_PX}
                message="This panel could not be drawn. Its CSV has the figures."
              />
            )}
          >
            <PanelFigure
              model={{ panel, slots, only, isTable, sort: state.sort }}
              frame={frame}
              actions={actions}
            />
          </ErrorBoundary>
        </Panel>
      </div>
      {panel.state === 'partial' && <p className={styles.note}>Not all of it: {panel.reason}</p>}
      {hasFigures && !isTable && panel.kind === 'lines' && (
        <Legend panel={panel} slots={slots} only={only} actions={actions} />
      )}
      {hasFigures && !isTable && panel.kind === 'heat' && (
        <p className={styles.note}>
          Solid 99th, dashed 95th percentile, dotted median; the darker, the more requests. A
          diamond is one request.
        </p>
      )}
    </section>
  );
}

function wrapperState(state: PanelView['state']): 'failed' | 'empty' | 'ready' {
  return state === 'failed' || state === 'empty' ? state : 'ready';
}

/** What breaches the threshold at the end of the window, and what to do. */
function Breach({ panel }: { readonly panel: PanelView }) {
  const { breaches, threshold, unit, remediation } = panel;
  const [worst] = breaches;
  if (!worst || !threshold) return null;
  const others = breaches.length - 1;
  return (
    <p className={styles.breach} role="status">
      <b>
        {threshold.severity === 'info' ? '●' : '✕'} {worst.name} {formatValue(worst.value, unit)}
      </b>
      , threshold {formatValue(threshold.value, unit)}
      {others > 0 ? `; ${others} more` : ''}. {remediation}{' '}
      <a href={`/alerts?state=all&q=${threshold.alert}`}>{threshold.alert}</a>
    </p>
  );
}

type LegendProps = Pick<Props, 'panel' | 'slots' | 'actions'> & { readonly only: string | null };

/** The names of the first series; one click shows a series alone. */
function Legend({ panel, slots, only, actions }: LegendProps) {
  const others = panel.series.length + panel.omittedSeries - MAX_LEGEND;
  return (
    <ul className={styles.legend} aria-label={`Series of ${panel.title}`}>
      {panel.series.slice(0, MAX_LEGEND).map(({ name }) => (
        <li key={name}>
          <button
            type="button"
            aria-pressed={only === name}
            onClick={() => actions.toggleOnly(panel.id, name)}
          >
            <Swatch name={name} slots={slots} />
            {name}
          </button>
        </li>
      ))}
      {others > 0 && <li>{others} more</li>}
    </ul>
  );
}
