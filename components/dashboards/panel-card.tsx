'use client';

import dynamic from 'next/dynamic';
import { useState, type ReactNode } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Swatch, type Slots } from '@/components/charts/series-style';
import { formatValue } from '@/components/charts/units';
import type { Crosshair } from '@/components/ui/crosshair';
import { Panel } from '@/components/ui/panel';
import ui from '@/components/ui/ui.module.css';
import type { PanelView } from '@/lib/dashboards/contract';
import type { DashboardPage } from '@/lib/pages/contract';
import { formatDuration } from '@/lib/time/format';
import { CallTable, OperationRates } from './tables';
import styles from './dashboards.module.css';

const lines = () => import('@/components/charts/lines-chart');
const heat = () => import('@/components/charts/heat-chart');
const LinesChart = dynamic(lines, { ssr: false, loading: () => <span /> });
const HeatChart = dynamic(heat, { ssr: false, loading: () => <span /> });

/** Brings what draws while the figures are still on their way. */
export const bringCharts = (): Promise<unknown> => Promise.all([lines(), heat()]);
const ServiceMap = dynamic(() => import('./service-map'), { ssr: false, loading: () => <span /> });

const IN_LEGEND = 6;
const HEIGHT = 220;

export interface PanelActions {
  readonly onZoom: (fromMs: number, toMs: number) => void;
  /** The requests behind the panel, behind one series of it, or behind one point. */
  readonly onRequests: (
    panel: PanelView,
    point?: {
      readonly atMs?: number;
      readonly labels: Readonly<Record<string, string>> | undefined;
    },
  ) => void;
  readonly onMake: (panel: PanelView) => void;
  readonly onChoose: (what: Readonly<Record<string, string>>) => void;
  readonly csvUrl: (panel: PanelView) => string;
}

interface Props {
  readonly panel: PanelView;
  readonly slots: Slots;
  readonly view: DashboardPage;
  readonly crosshair: Crosshair;
  readonly actions: PanelActions;
}

/** One panel: what it answers, whether it is red and what to do then, and the way from each point to the requests behind it. */
export function PanelCard({ panel, slots, view, crosshair, actions }: Props) {
  const [table, setTable] = useState(false);
  const [only, setOnly] = useState<string | null>(null);
  const [worst] = panel.breaches;
  const [fromMs, toMs] = [Date.parse(view.from), Date.parse(view.to)];
  const marks = {
    changes: view.changes,
    episodes: view.episodes,
    fromMs,
    toMs,
    crosshair,
    onZoom: actions.onZoom,
  };
  return (
    <section
      className={styles.panel}
      data-testid={`panel-${panel.id}`}
      data-state={panel.state}
      data-red={worst ? panel.threshold!.severity : undefined}
      aria-labelledby={`panel-${panel.id}`}
      id={panel.id}
    >
      <header>
        <div>
          <h2 id={`panel-${panel.id}`}>{panel.title}</h2>
          <p>
            {panel.question}
            {panel.ignores.length > 0 && ` Not by ${panel.ignores.join(' or ')}.`}
          </p>
        </div>
        <div className={styles.actions}>
          {panel.kind !== 'table' && (
            <button
              type="button"
              className={styles.action}
              aria-pressed={table}
              onClick={() => setTable(!table)}
            >
              {table ? 'Chart' : 'Table'}
            </button>
          )}
          <button type="button" className={styles.action} onClick={() => actions.onRequests(panel)}>
            Requests
          </button>
          <button
            type="button"
            className={styles.action}
            onClick={() => actions.onMake(panel)}
            aria-label={`Make an alert of ${panel.title}`}
          >
            Alert
          </button>
          <a
            className={styles.action}
            href={actions.csvUrl(panel)}
            download
            aria-label={`${panel.title} as CSV`}
          >
            CSV
          </a>
          {panel.grafana && (
            <a
              className={styles.action}
              href={panel.grafana}
              target="_blank"
              rel="noreferrer"
              aria-label={`${panel.title} in Grafana`}
            >
              Grafana
            </a>
          )}
        </div>
      </header>
      {worst && (
        <p className={styles.red} role="status">
          <b>
            {panel.threshold!.severity === 'info' ? '●' : '✕'} {worst.name}{' '}
            {formatValue(worst.value, panel.unit)}
          </b>
          , red above {formatValue(panel.threshold!.value, panel.unit)}
          {panel.breaches.length > 1 ? `; ${panel.breaches.length - 1} more` : ''}.{' '}
          {panel.remediation}{' '}
          <a href={`/alerts?state=all&q=${panel.threshold!.alert}`}>{panel.threshold!.alert}</a>
        </p>
      )}
      <div
        className={styles.chart}
        style={{
          height: panel.kind === 'lines' || panel.kind === 'heat' ? HEIGHT : undefined,
          minHeight: HEIGHT,
        }}
      >
        <Panel
          state={panel.state === 'failed' ? 'failed' : panel.state === 'empty' ? 'empty' : 'ready'}
          message={panel.reason}
          height={HEIGHT}
        >
          <ErrorBoundary
            resetKeys={[panel, table, only]}
            fallbackRender={() => (
              <Panel
                state="failed"
                height={HEIGHT}
                message="This panel could not be drawn. Its CSV has the figures."
              />
            )}
          >
            {picture()}
          </ErrorBoundary>
        </Panel>
      </div>
      {panel.state === 'partial' && <p className={styles.note}>Not all of it: {panel.reason}</p>}
      {panel.state !== 'failed' && panel.state !== 'empty' && !table && panel.kind === 'lines' && (
        <ul className={styles.legend} aria-label={`Series of ${panel.title}`}>
          {panel.series.slice(0, IN_LEGEND).map(({ name }) => (
            <li key={name}>
              <button
                type="button"
                aria-pressed={only === name}
                onClick={() => setOnly(only === name ? null : name)}
              >
                <Swatch name={name} slots={slots} />
                {name}
              </button>
            </li>
          ))}
          {panel.series.length + panel.omittedSeries > IN_LEGEND && (
            <li>{panel.series.length + panel.omittedSeries - IN_LEGEND} more</li>
          )}
        </ul>
      )}
      {panel.kind === 'heat' && panel.state === 'ok' && !table && (
        <p className={styles.note}>
          Solid 99th, dashed 95th percentile, dotted median; the darker, the more requests. A
          diamond is one request.
        </p>
      )}
    </section>
  );

  function picture(): ReactNode {
    if (panel.kind === 'table')
      return (
        <OperationRates
          panel={panel}
          onChoose={actions.onChoose}
          onRequests={(labels) => actions.onRequests(panel, { labels })}
        />
      );
    if (panel.kind === 'map')
      return table ? (
        <CallTable panel={panel} />
      ) : (
        <ServiceMap panel={panel} onService={(service) => actions.onChoose({ service })} />
      );
    if (table)
      return (
        <SeriesTable
          panel={panel}
          stepMs={view.grid.stepMs}
          onRequests={(labels) => actions.onRequests(panel, { labels })}
        />
      );
    const dots = panel.exemplars;
    if (panel.kind === 'heat')
      return (
        panel.heat && (
          <HeatChart
            heat={panel.heat}
            lines={panel.series}
            grid={view.grid}
            dots={dots}
            {...marks}
            onPick={(atMs) => actions.onRequests(panel, { atMs, labels: undefined })}
          />
        )
      );
    return (
      <LinesChart
        series={panel.series}
        slots={slots}
        grid={view.grid}
        unit={panel.unit}
        threshold={panel.threshold}
        only={only}
        dots={dots}
        {...marks}
        onPick={(atMs, series) => actions.onRequests(panel, { atMs, labels: series?.labels })}
      />
    );
  }
}

/** The same as figures: now, least, most and mean of each series, and single requests behind it. */
function SeriesTable({
  panel,
  stepMs,
  onRequests,
}: {
  panel: PanelView;
  stepMs: number;
  onRequests: (labels: Readonly<Record<string, string>>) => void;
}) {
  const show = (value: number | null) => (value === null ? '–' : formatValue(value, panel.unit));
  return (
    <div
      className={styles.scroll}
      tabIndex={0}
      role="region"
      aria-label={`${panel.title} as a table`}
    >
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">Series</th>
            {['Now', 'Least', 'Most', 'Mean'].map((title) => (
              <th key={title} scope="col" className={ui.number}>
                {title}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">Requests</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {panel.series.map(({ name, labels, values }) => {
            const own = values.filter((value) => value !== null);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className={`mono ${ui.number}`}>
                  {show(values.at(-1) ?? values.at(-2) ?? null)}
                </td>
                <td className={`mono ${ui.number}`}>
                  {show(own.length ? own.reduce((a, b) => Math.min(a, b)) : null)}
                </td>
                <td className={`mono ${ui.number}`}>
                  {show(own.length ? own.reduce((a, b) => Math.max(a, b)) : null)}
                </td>
                <td className={`mono ${ui.number}`}>
                  {show(own.length ? own.reduce((a, b) => a + b, 0) / own.length : null)}
                </td>
                <td>
                  <button
                    type="button"
                    className={styles.action}
                    onClick={() => onRequests(labels)}
                    aria-label={`Requests of ${name}`}
                  >
                    Requests
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className={styles.note}>
        Drawn every {formatDuration(stepMs * 1e6)}.
        {panel.omittedSeries ? ` ${panel.omittedSeries} more series are in the CSV.` : ''}
      </p>
      {panel.exemplars.length > 0 && (
        <p className={styles.note}>
          The slowest single requests:{' '}
          {panel.exemplars.slice(0, 10).map((dot) => (
            <a key={`${dot.traceId} ${dot.timeMs}`} href={`/requests/${dot.traceId}`}>
              {formatValue(dot.value, 'seconds')}{' '}
            </a>
          ))}
        </p>
      )}
    </div>
  );
}
