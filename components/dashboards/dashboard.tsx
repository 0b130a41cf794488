'use client';

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useEffect, useMemo, useState } from 'react';
import { assignSlots, KnownSlots, type SeriesSlots } from '@/components/charts/series-slots';
import { Crosshair } from '@/components/ui/crosshair';
import { Panel } from '@/components/ui/panel';
import type { DashboardPage } from '@/lib/pages/contract';
import { PanelCard } from './panel-card';
import { preloadCharts } from './panel-figure';
import { dashboardKeys, dashboardQuery, type DashboardId } from './queries';
import { refetchIntervalMs } from './refresh';
import { RequestList } from './request-list';
import { absoluteWindow, toDashboardQuery, type Parameter } from './search-params';
import { Toolbar } from './toolbar';
import { useChartPoints } from './use-chart-points';
import { useDashboardState } from './use-dashboard-state';
import { WindowEvents } from './window-events';
import styles from './dashboards.module.css';

const RequestsDialog = dynamic(() => import('./requests-dialog'), { ssr: false });
const RuleDraftDialog = dynamic(() => import('./rule-draft-dialog'), { ssr: false });

export interface DashboardProps {
  readonly id: DashboardId;
  readonly title: string;
  readonly question: string;
  readonly parameters: readonly Parameter[];
  readonly panelIds: readonly string[];
  /** The title of the requests that are listed below the panels. */
  readonly list: string | null;
}

/**
 * A dashboard: its panels over the time and selection that the URL names, each point the way to the
 * requests behind it.
 */
export function Dashboard({ id, title, question, parameters, panelIds, list }: DashboardProps) {
  const { state, actions } = useDashboardState();
  const client = useQueryClient();
  const [crosshair] = useState(() => new Crosshair());
  const { gridRef, points } = useChartPoints();
  useEffect(() => void preloadCharts(), []);
  const search = toDashboardQuery(state).toString();
  const isLive = absoluteWindow(state) === null;
  // The interval stops by itself while the page is hidden.
  const refetchInterval = refetchIntervalMs(state);
  const query = useQuery({
    ...dashboardQuery(client, { id, search, points }),
    refetchInterval,
    refetchOnWindowFocus: isLive ? 'always' : false,
    placeholderData: keepPreviousData,
  });
  const view = query.data?.dashboard === id ? query.data : undefined;
  const slots = useSlots(view, panelIds);
  const opened = view?.panels.find((panel) => panel.id === state.panel);
  const shownSearch = searchOfShown(search, points, view);
  const refresh = () =>
    void Promise.all([
      query.refetch(),
      client.invalidateQueries({ queryKey: dashboardKeys.drilldown(id, null) }),
    ]);
  return (
    <main
      className={styles.page}
      data-testid="dashboard"
      data-complete={view?.complete ?? false}
      data-waiting={query.isPlaceholderData}
    >
      <h1 className="visually-hidden">
        {title}: {question}
      </h1>
      <Toolbar
        id={id}
        parameters={parameters}
        state={state}
        actions={actions}
        shown={view ? { fromMs: Date.parse(view.from), toMs: Date.parse(view.to) } : null}
        isFetching={query.isFetching}
        onRefresh={refresh}
      />
      {query.error && view && (
        <p role="status" className={styles.note}>
          Not refreshed: {query.error.message}
        </p>
      )}
      {view && <WindowEvents view={view} />}
      {query.error && !view ? (
        <Panel state="failed" height={240} message={query.error.message} />
      ) : (
        <div className={styles.panels} ref={gridRef}>
          {panelIds.map((panelId) => {
            const panel = view?.panels.find((each) => each.id === panelId);
            if (!view || !panel) return <PanelPlaceholder key={panelId} id={panelId} />;
            return (
              <PanelCard
                key={panelId}
                panel={panel}
                slots={slots.get(panelId)!}
                view={view}
                crosshair={crosshair}
                state={state}
                actions={actions}
                csvUrl={`/api/dashboards/${id}/panels/${panelId}/csv?${shownSearch}`}
              />
            );
          })}
        </div>
      )}
      {list !== null && (
        <RequestList id={id} title={list} search={search} refetchInterval={refetchInterval} />
      )}
      {opened && state.dialog === 'rule' && (
        <RuleDraftDialog
          key={opened.id}
          id={id}
          panel={opened}
          search={shownSearch}
          onClose={actions.closeDialog}
        />
      )}
      {opened && state.dialog === 'requests' && (
        <RequestsDialog
          key={`${opened.id} ${state.at} ${JSON.stringify(state.series)}`}
          id={id}
          panel={opened}
          search={searchOfPoint(shownSearch, state)}
          series={state.series && Object.values(state.series).join(' ')}
          onClose={actions.closeDialog}
        />
      )}
    </main>
  );
}

const PanelPlaceholder = ({ id }: { readonly id: string }) => (
  <section
    className={`${styles.panel} ${styles.placeholder}`}
    aria-busy
    aria-label={`${id} is loading`}
  />
);

/**
 * The slots of each panel, in the order of the page, however the answers arrive. They stay through
 * refreshes.
 */
function useSlots(
  view: DashboardPage | undefined,
  panelIds: readonly string[],
): ReadonlyMap<string, SeriesSlots> {
  const [known] = useState(() => new KnownSlots());
  return useMemo(() => {
    const panels = panelIds.map((id) => view?.panels.find((panel) => panel.id === id));
    const slots = assignSlots(
      panels.map((panel) => panel?.series.map(({ name }) => name) ?? []),
      known,
    );
    return new Map(panelIds.map((id, index) => [id, slots[index]!]));
  }, [view, panelIds, known]);
}

/** What is looked at is what is shown: the window of the view, also while time goes on. */
function searchOfShown(search: string, points: number, view: DashboardPage | undefined): string {
  const shown = new URLSearchParams(search);
  shown.set('points', String(points));
  if (view) {
    shown.set('from', view.from);
    shown.set('to', view.to);
    shown.delete('range');
  }
  return shown.toString();
}

function searchOfPoint(
  search: string,
  { at, series }: { readonly at: string | null; readonly series: object | null },
): string {
  const point = new URLSearchParams(search);
  if (at !== null) point.set('at', at);
  if (series !== null) point.set('series', JSON.stringify(series));
  return point.toString();
}
