'use client';

import dynamic from 'next/dynamic';
import { useCrosshair } from '@/components/ui/crosshair';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import type { MetricPanel } from '@/lib/requests/contract';
import { useShownRequest } from '../request-context';
import {
  hiddenSeriesText,
  maximumText,
  noMetricsText,
  panelState,
  shownSeries,
  stripeNames,
} from './metric-text';
import styles from './context.module.css';

/** Recharts comes when the first chart is shown, not before. */
const TimeChart = dynamic(() => import('@/components/charts/time-chart'), {
  ssr: false,
  loading: () => <span />,
});

/**
 * Metrics of everything the request touched, on the context axis: ±15 minutes, the request as a
 * band.
 */
export function MetricList({ panels }: { panels: readonly MetricPanel[] }) {
  const { view } = useShownRequest();
  if (panels.length === 0) {
    return <Panel state="empty" message={noMetricsText(view)} height={120} />;
  }
  return (
    <div
      className={styles.charts}
      data-testid="metrics"
      tabIndex={0}
      role="region"
      aria-label="Metrics around the request"
    >
      {panels.map((panel) => (
        <MetricFigure key={panel.id} panel={panel} />
      ))}
    </div>
  );
}

function MetricFigure({ panel }: { panel: MetricPanel }) {
  const { services, startMs, endMs, crosshair } = useShownRequest();
  const offsetNs = useCrosshair(crosshair);
  const names = stripeNames(panel, services);
  return (
    <figure className={styles.chart}>
      <figcaption>
        <b>{panel.title}</b>
        <span className="mono">{maximumText(panel)}</span>
      </figcaption>
      <Panel state={panelState(panel)} message={panel.reason ?? 'No samples in this window.'}>
        <TimeChart
          panel={panel}
          names={names}
          bandMs={[startMs, endMs]}
          atMs={offsetNs === null ? null : startMs + offsetNs / 1e6}
        />
      </Panel>
      <small>
        {shownSeries(panel).map(({ name }) => (
          <span key={name} className={styles.seriesName}>
            <Stripe service={name} services={names} /> {name}
          </span>
        ))}
        {hiddenSeriesText(panel)} UTC; the band is the request
        {panel.state === 'partial' && ` · ${panel.reason}`}
      </small>
    </figure>
  );
}
