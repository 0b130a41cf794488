'use client';

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useEffect, useMemo, useRef, useState } from 'react';
import { slotsOf, type Slots } from '@/components/charts/series-style';
import { ChangeList } from '@/components/ui/change-list';
import { Crosshair } from '@/components/ui/crosshair';
import { Panel } from '@/components/ui/panel';
import type { DashboardPage } from '@/lib/pages/contract';
import { formatCount } from '@/lib/time/format';
import { bringCharts, PanelCard, type PanelActions } from './panel-card';
import { behindQuery, dashboardQuery, type DashboardId } from './queries';
import { RequestRows } from './request-rows';
import { DEFAULT_REFRESH, REFRESH, Toolbar } from './toolbar';
import { asChoice, useDashboardUrl, type Parameter } from './url';
import styles from './dashboards.module.css';

const RequestsDialog = dynamic(() => import('./requests-dialog'), { ssr: false });
const AlertDialog = dynamic(() => import('./rule-draft-dialog'), { ssr: false });

/** What a chart loses to its axis and its card. */
const BESIDE_PLOT_PX = 58 + 10 + 24;
/** Instants in steps of so many, so that a window that is drawn wider by a little asks nothing anew. */
const POINTS_STEP = 50;
const STATE = {
  firing: '✕ firing',
  acknowledged: '⚑ acknowledged',
  resolved: '■ resolved',
} as const;

interface Props {
  readonly id: DashboardId;
  readonly title: string;
  readonly question: string;
  readonly parameters: readonly Parameter[];
  readonly panelIds: readonly string[];
  /** Requests that are listed below the panels. */
  readonly list: string | null;
}

/** A dashboard: its panels over the time and the things that the URL names, each point the way to the requests behind it. */
export function Dashboard({ id, title, question, parameters, panelIds, list }: Props) {
  const url = useDashboardUrl();
  const client = useQueryClient();
  const [crosshair] = useState(() => new Crosshair());
  const { frame, points } = usePoints();
  useEffect(() => void bringCharts(), []);
  const live = !url.get('from');
  const every =
    REFRESH.find(([name]) => name === (url.get('refresh') ?? DEFAULT_REFRESH))?.[2] ?? 0;
  // The interval stops by itself while the page is hidden.
  const query = useQuery({
    ...dashboardQuery(client, { id, search: url.asked, points }),
    refetchInterval: live && every > 0 ? every : false,
    refetchOnWindowFocus: live ? 'always' : false,
    placeholderData: keepPreviousData,
  });
  const view = query.data?.dashboard === id ? query.data : undefined;
  const [drawnAs] = useState(() => new Map<string, number>());
  const slots = useMemo(() => slotsByPanel(view, panelIds, drawnAs), [view, panelIds, drawnAs]);
  const opened = view?.panels.find((panel) => panel.id === url.get('panel'));
  const asked = (more: Readonly<Record<string, string>> = {}) => {
    const search = new URLSearchParams(url.asked);
    search.set('points', String(points));
    // What is looked at is what is shown, also while time goes on.
    if (view) {
      search.set('from', view.from);
      search.set('to', view.to);
      search.delete('range');
    }
    for (const [key, value] of Object.entries(more)) search.set(key, value);
    return search.toString();
  };
  const actions: PanelActions = {
    onZoom: (fromMs, toMs) =>
      url.set(
        {
          from: new Date(Math.round(fromMs)).toISOString(),
          to: new Date(Math.max(Math.round(toMs), Math.round(fromMs) + 1000)).toISOString(),
          range: null,
          at: null,
        },
        'push',
      ),
    onRequests: (panel, point) =>
      url.set(
        {
          panel: panel.id,
          make: null,
          at: point?.atMs === undefined ? null : new Date(point.atMs).toISOString(),
          series: point?.labels ? JSON.stringify(point.labels) : null,
        },
        'push',
      ),
    onMake: (panel) => url.set({ panel: panel.id, make: 'alert', at: null, series: null }, 'push'),
    onChoose: (what) =>
      url.set(
        {
          operation: null,
          ...Object.fromEntries(
            Object.entries(what).map(([name, value]) => [name, asChoice(value)]),
          ),
          panel: null,
          at: null,
          series: null,
        },
        'push',
      ),
    csvUrl: (panel) => `/api/dashboards/${id}/panels/${panel.id}/csv?${asked()}`,
  };
  const close = () => url.set({ panel: null, at: null, series: null, make: null });
  const failed = query.error && !view;
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
        url={url}
        shown={view ? { fromMs: Date.parse(view.from), toMs: Date.parse(view.to) } : null}
        fetching={query.isFetching}
        onRefresh={() =>
          void Promise.all([
            query.refetch(),
            client.invalidateQueries({ queryKey: ['dashboard-requests', id, null] }),
          ])
        }
      />
      {query.error && view && (
        <p role="status" className={styles.note}>
          Not refreshed: {query.error.message}
        </p>
      )}
      {view && <Around view={view} />}
      {failed ? (
        <Panel state="failed" height={240} message={query.error.message} />
      ) : (
        <div className={styles.panels} ref={frame}>
          {panelIds.map((panelId) => {
            const panel = view?.panels.find((each) => each.id === panelId);
            return view && panel ? (
              <PanelCard
                key={panelId}
                panel={panel}
                slots={slots.get(panelId)!}
                view={view}
                crosshair={crosshair}
                actions={actions}
              />
            ) : (
              <section
                key={panelId}
                className={`${styles.panel} ${styles.waiting}`}
                aria-busy
                aria-label={`${panelId} is loading`}
              />
            );
          })}
        </div>
      )}
      {list !== null && (
        <Listed id={id} title={list} search={url.asked} live={live && every > 0 ? every : false} />
      )}
      {opened && url.get('make') === 'alert' && (
        <AlertDialog key={opened.id} id={id} panel={opened} search={asked()} onClose={close} />
      )}
      {opened && url.get('make') !== 'alert' && (
        <RequestsDialog
          key={`${opened.id} ${url.get('at')} ${url.get('series')}`}
          id={id}
          panel={opened}
          search={asked({
            ...(url.get('at') && { at: url.get('at')! }),
            ...(url.get('series') && { series: url.get('series')! }),
          })}
          series={nameOf(url.get('series'))}
          onClose={close}
        />
      )}
    </main>
  );
}

/** In the order of the page, however their answers come in. */
function slotsByPanel(
  view: DashboardPage | undefined,
  panelIds: readonly string[],
  drawnAs: Map<string, number>,
): ReadonlyMap<string, Slots> {
  const all = slotsOf(
    panelIds.map(
      (panelId) =>
        view?.panels.find(({ id }) => id === panelId)?.series.map(({ name }) => name) ?? [],
    ),
    drawnAs,
  );
  return new Map(panelIds.map((panelId, place) => [panelId, all[place]!]));
}

/** What the labels in the URL say; text that somebody may have typed. */
function nameOf(series: string | null): string | null {
  try {
    return series === null
      ? null
      : Object.values(JSON.parse(series) as Record<string, string>).join(' ');
  } catch {
    return null;
  }
}

/** How many instants a chart can show: no more than its pixels. 0 until it is known how wide they are. */
function usePoints() {
  const frame = useRef<HTMLDivElement>(null);
  const [points, setPoints] = useState(0);
  useEffect(() => {
    const measure = () => {
      const width = frame.current?.firstElementChild?.clientWidth ?? 0;
      if (width > 0)
        setPoints(
          Math.min(
            2000,
            Math.max(POINTS_STEP, Math.floor((width - BESIDE_PLOT_PX) / POINTS_STEP) * POINTS_STEP),
          ),
        );
    };
    const watch = new ResizeObserver(measure);
    if (frame.current) watch.observe(frame.current);
    return () => watch.disconnect();
  }, []);
  return { frame, points };
}

/** Alerts that were open and what changed in the time that is shown: in words, for what the charts only mark. */
function Around({ view }: { view: DashboardPage }) {
  if (!view.complete) return <p className={styles.around}>Asking what changed…</p>;
  const { episodes, changes, missing } = view;
  return (
    <div className={styles.around}>
      {missing.map((reason) => (
        <p key={reason} role="status">
          {reason}.
        </p>
      ))}
      <details data-testid="episodes">
        <summary>
          {episodes.length === 0
            ? 'No alert was open in this time'
            : `${formatCount(episodes.length)} ${episodes.length === 1 ? 'alert was' : 'alerts were'} open: ${[...new Set(episodes.map(({ name }) => name))].join(', ')}`}
        </summary>
        <ul>
          {episodes.map((episode) => (
            <li key={episode.id}>
              <a href={`/alerts/${episode.id}`}>{episode.name}</a> {episode.service} ·{' '}
              {episode.severity} ·{' '}
              <span className="mono">
                {episode.startedAt.slice(11, 16)}–{episode.resolvedAt?.slice(11, 16) ?? 'now'}
              </span>{' '}
              · {STATE[episode.state]}
              {episode.owner ? ` ${episode.owner}` : ''}
            </li>
          ))}
        </ul>
      </details>
      <details data-testid="changes">
        <summary>
          {changes.length === 0
            ? 'Nothing changed'
            : `${formatCount(changes.length)} ${changes.length === 1 ? 'change' : 'changes'}: ${[...new Set(changes.map(({ object }) => object))].slice(0, 4).join(', ')}`}
        </summary>
        <ChangeList changes={changes} />
      </details>
    </div>
  );
}

/** Requests of the same time: on the page of runners, their jobs. */
function Listed({
  id,
  title,
  search,
  live,
}: {
  id: DashboardId;
  title: string;
  search: string;
  live: number | false;
}) {
  const query = useQuery({
    ...behindQuery(id, null, search),
    refetchInterval: live,
    placeholderData: keepPreviousData,
  });
  return (
    <section className={styles.panel} aria-labelledby="listed" data-testid="listed">
      <header>
        <div>
          <h2 id="listed">{title}</h2>
          <p>Each opens as a request: spans of the run, its logs, its pod&apos;s metrics.</p>
        </div>
      </header>
      <RequestRows
        id={id}
        panel={null}
        search={search}
        found={query.data}
        problem={query.error?.message}
        nothing="No job in this time left a trace. docs/runners.md tells how they do."
      />
    </section>
  );
}
