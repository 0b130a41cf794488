'use client';

import dynamic from 'next/dynamic';
import { Panel } from '@/components/ui/panel';
import { Stripe } from '@/components/ui/stripe';
import { formatValue } from '@/components/charts/units';
import type { MetricPanel } from '@/lib/requests/contract';
import { useCrosshair, type Crosshair } from '@/components/ui/crosshair';
import styles from '../requests.module.css';

/** Recharts comes when the first chart is shown, not before. */
const TimeChart = dynamic(() => import('@/components/charts/time-chart'), {
  ssr: false,
  loading: () => <span />,
});

const EMPTY: Record<MetricPanel['state'], string> = {
  ok: '',
  partial: '',
  empty: 'No samples in this window.',
  failed: '',
};

/** Metrics of everything the request touched, on the context axis: ±15 minutes, the request as a band. */
export function MetricList({
  panels,
  startMs,
  endMs,
  services,
  crosshair,
  empty,
}: {
  panels: readonly MetricPanel[];
  startMs: number;
  endMs: number;
  services: readonly string[];
  crosshair: Crosshair;
  empty: string;
}) {
  const at = useCrosshair(crosshair);
  if (panels.length === 0) return <Panel state="empty" message={empty} height={120} />;
  return (
    <div
      className={styles.charts}
      data-testid="metrics"
      tabIndex={0}
      role="region"
      aria-label="Metrics around the request"
    >
      {panels.map((panel) => (
        <figure key={panel.id} className={styles.chart} style={{ margin: 0 }}>
          <figcaption>
            <b>{panel.title}</b>
            <span className="mono">{summary(panel)}</span>
          </figcaption>
          <Panel
            state={
              panel.state === 'failed' ? 'failed' : panel.series.length === 0 ? 'empty' : 'ready'
            }
            message={panel.reason ?? EMPTY[panel.state]}
          >
            <TimeChart
              panel={panel}
              names={namesOf(panel, services)}
              bandMs={[startMs, endMs]}
              atMs={at === null ? null : startMs + at / 1e6}
            />
          </Panel>
          <small>
            {panel.series.slice(0, 6).map((series) => (
              <span key={series.name} style={{ marginRight: 8 }}>
                <Stripe service={series.name} services={namesOf(panel, services)} /> {series.name}
              </span>
            ))}
            {panel.series.length > 6 ? ` and ${panel.series.length - 6} more` : ''} UTC; the band is
            the request
            {panel.state === 'partial' ? ` · ${panel.reason}` : ''}
          </small>
        </figure>
      ))}
    </div>
  );
}

/** Services keep their stripe; pods get stripes of their own. */
const namesOf = (panel: MetricPanel, services: readonly string[]) =>
  panel.series.every((series) => services.includes(series.name))
    ? services
    : panel.series.map((series) => series.name);

function summary(panel: MetricPanel): string {
  const values = panel.series
    .flatMap((series) => series.points.map(([, value]) => value))
    .filter((value): value is number => value !== null);
  return values.length ? `up to ${formatValue(Math.max(...values), panel.unit)}` : '';
}
