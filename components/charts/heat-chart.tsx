'use client';

import { Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import {
  CHART_MARGIN,
  CONTAINER_PROPS,
  formatTooltipInstant,
  timeAxisProps,
  VALUE_AXIS_PROPS,
} from './axes';
import {
  instantMs,
  isSparse,
  nearestInstant,
  type ChartFrame,
  type ChartSeries,
  type Exemplar,
} from './chart-model';
import { EventMarks } from './event-marks';
import { ExemplarMarks } from './exemplar-marks';
import { HeatCells } from './heat-cells';
import { heatScale, heatTicks, heightOn, type HeatMap } from './heat-scale';
import { Plot } from './plot';
import { formatTickValue, formatValue } from './units';
import styles from './charts.module.css';

export interface HeatChartModel {
  readonly heat: HeatMap;
  /** The quantiles: p50, p95, p99. */
  readonly quantiles: readonly ChartSeries[];
  readonly exemplars: readonly Exemplar[];
}

interface Props {
  readonly model: HeatChartModel;
  readonly frame: ChartFrame;
  readonly onPick: (atMs: number) => void;
}

const STROKES: Readonly<Record<string, { dash?: string; width: number }>> = {
  p50: { width: 1.5, dash: '2 3' },
  p95: { width: 1.75, dash: '6 3' },
  p99: { width: 2 },
};

/**
 * Durations as a heat map on a logarithmic scale: the darker, the more requests took that long;
 * over it the median, the 95th and the 99th percentile.
 */
export default function HeatChart({ model: { heat, quantiles, exemplars }, frame, onPick }: Props) {
  const { grid } = frame;
  const scale = heatScale(heat);
  return (
    <Plot
      frame={frame}
      onPick={(atMs) => onPick(instantMs(grid, nearestInstant(grid, atMs)))}
      overlay={
        <>
          <HeatCells heat={heat} scale={scale} frame={frame} />
          <EventMarks frame={frame} alert={undefined} />
          <ExemplarMarks
            exemplars={exemplars}
            frame={frame}
            heightOf={(value) => heightOn(scale, value)}
          />
        </>
      }
    >
      <ResponsiveContainer {...CONTAINER_PROPS}>
        <LineChart
          data={toRows(quantiles, frame, scale.low)}
          margin={CHART_MARGIN}
          accessibilityLayer={false}
          style={{ position: 'relative', zIndex: 1 }}
        >
          <XAxis {...timeAxisProps(frame)} />
          <YAxis
            {...VALUE_AXIS_PROPS}
            scale="log"
            domain={[scale.low, scale.high]}
            allowDataOverflow
            ticks={heatTicks(scale)}
            tickFormatter={(value: number) => formatTickValue(value, 'seconds')}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={false}
            wrapperStyle={{ zIndex: 5 }}
            content={({ active, label }) =>
              active && label !== undefined ? (
                <QuantilesTooltip quantiles={quantiles} frame={frame} atMs={Number(label)} />
              ) : null
            }
          />
          {quantiles.map(({ name, values }) => (
            <Line
              key={name}
              dataKey={name}
              stroke="var(--text)"
              strokeDasharray={STROKES[name]?.dash}
              strokeWidth={STROKES[name]?.width ?? 1.5}
              dot={isSparse(values) ? { r: 3 } : false}
              isAnimationActive={false}
              connectNulls={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </Plot>
  );
}

/** One row an instant; a quantile below the scale lies on its edge. */
function toRows(
  quantiles: readonly ChartSeries[],
  { grid }: ChartFrame,
  low: number,
): Record<string, number | null>[] {
  const rows = Array.from({ length: grid.count }, (_, index): Record<string, number | null> => ({
    time: instantMs(grid, index),
  }));
  for (const { name, values } of quantiles)
    for (const [index, row] of rows.entries()) {
      const value = values[index] ?? null;
      row[name] = value === null ? null : Math.max(low, value);
    }
  return rows;
}

interface QuantilesTooltipProps {
  readonly quantiles: readonly ChartSeries[];
  readonly frame: ChartFrame;
  readonly atMs: number;
}

function QuantilesTooltip({ quantiles, frame, atMs }: QuantilesTooltipProps) {
  const index = nearestInstant(frame.grid, atMs);
  return (
    <div className={styles.tooltip}>
      <b className="mono">{formatTooltipInstant(atMs)}</b>
      {quantiles
        .map(({ name, values }) => ({ name, value: values[index] ?? null }))
        .filter(({ value }) => value !== null)
        .map(({ name, value }) => (
          <span key={name}>
            <i style={{ background: 'var(--text)' }} />
            <em>{name}</em>
            <span className="mono">{formatValue(value!, 'seconds')}</span>
          </span>
        ))}
    </div>
  );
}
