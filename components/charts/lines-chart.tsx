'use client';

import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { CHART_MARGIN, CONTAINER_PROPS, timeAxisProps, VALUE_AXIS_PROPS } from './axes';
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
import { Plot } from './plot';
import type { SeriesSlots } from './series-slots';
import { seriesColour, seriesDashes } from './series-style';
import { formatTickValue, formatValue, ticksOf, type Unit } from './units';
import { ValuesTooltip } from './values-tooltip';

export interface Threshold {
  readonly value: number;
  readonly severity: string;
  readonly alert: string;
}

export interface LinesChartModel {
  readonly series: readonly ChartSeries[];
  readonly slots: SeriesSlots;
  readonly unit: Unit;
  readonly threshold: Threshold | null;
  /** The one series that is shown, if it is only one. */
  readonly only: string | null;
  readonly exemplars: readonly Exemplar[];
}

interface Props {
  readonly model: LinesChartModel;
  readonly frame: ChartFrame;
  readonly onPick: (atMs: number, series: ChartSeries | undefined) => void;
}

/**
 * A threshold is drawn once the highest value reaches this share of it: further away it would press
 * the lines flat.
 */
const DRAWN_THRESHOLD_SHARE = 0.4;
/** Room above a threshold. */
const THRESHOLD_HEADROOM = 1.05;
const TICK_COUNT = 4;

/** Series over time. What is null is a gap; a lone point is a dot. */
export default function LinesChart({ model, frame, onPick }: Props) {
  const { slots, unit, threshold, only } = model;
  const { grid, fromMs, toMs } = frame;
  const series = only === null ? model.series : model.series.filter(({ name }) => name === only);
  const scale = valueScale(series, threshold, unit);
  const { ticks, low, top, drawnThreshold } = scale;
  const heightOf = (value: number) => (value - low) / (top - low);
  const pick = (atMs: number, height: number) => {
    const index = nearestInstant(grid, atMs);
    onPick(instantMs(grid, index), nearestSeries(series, index, low + height * (top - low)));
  };
  return (
    <Plot
      frame={frame}
      onPick={pick}
      overlay={
        <>
          <EventMarks frame={frame} alert={threshold?.alert} />
          <ExemplarMarks exemplars={model.exemplars} frame={frame} heightOf={heightOf} />
        </>
      }
    >
      <ResponsiveContainer {...CONTAINER_PROPS}>
        <LineChart data={toRows(series, frame)} margin={CHART_MARGIN} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis {...timeAxisProps({ fromMs, toMs })} />
          <YAxis
            {...VALUE_AXIS_PROPS}
            domain={[low, top]}
            ticks={ticks}
            tickFormatter={(value: number) => formatTickValue(value, unit)}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={false}
            wrapperStyle={{ zIndex: 5 }}
            content={({ active, label }) =>
              active && label !== undefined ? (
                <ValuesTooltip
                  atMs={Number(label)}
                  // Of what is shown now: Recharts may still hold what was.
                  rows={valuesAt(series, nearestInstant(grid, Number(label)))}
                  slots={slots}
                  unit={unit}
                />
              ) : null
            }
          />
          {drawnThreshold && (
            <ReferenceLine
              y={drawnThreshold.value}
              stroke={severityColour(drawnThreshold)}
              strokeDasharray="4 3"
              label={{
                value: `${drawnThreshold.alert} ${formatValue(drawnThreshold.value, unit)}`,
                position: 'insideBottomRight',
                fill: severityColour(drawnThreshold),
                fontSize: 12,
              }}
            />
          )}
          {series.map(({ name, values }, place) => (
            <Line
              key={name}
              dataKey={columnOf(place)}
              name={name}
              stroke={seriesColour(name, slots)}
              strokeDasharray={seriesDashes(name, slots)}
              strokeWidth={1.75}
              dot={isSparse(values) ? { r: 3 } : false}
              activeDot={{ r: 3 }}
              isAnimationActive={false}
              connectNulls={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </Plot>
  );
}

const severityColour = ({ severity }: Threshold): string =>
  severity === 'critical' ? 'var(--critical)' : 'var(--warning)';

/** Names of series may hold what Recharts reads as a path: columns are numbered. */
const columnOf = (place: number): string => `s${place}`;

/** One row an instant, as Recharts takes them. */
function toRows(
  series: readonly ChartSeries[],
  { grid }: ChartFrame,
): Record<string, number | null>[] {
  const rows = Array.from({ length: grid.count }, (_, index): Record<string, number | null> => ({
    time: instantMs(grid, index),
  }));
  for (const [place, { values }] of series.entries())
    for (const [index, row] of rows.entries()) row[columnOf(place)] = values[index] ?? null;
  return rows;
}

/** From zero, or the lowest value below it, to what the lines and a threshold that is near need. */
function valueScale(series: readonly ChartSeries[], threshold: Threshold | null, unit: Unit) {
  const values = series.flatMap((each) => each.values.filter((value) => value !== null));
  const peak = values.reduce((highest, value) => Math.max(highest, value), -Infinity);
  const highest = Number.isFinite(peak) ? peak : 0;
  const lowest = values.reduce((least, value) => Math.min(least, value), 0);
  const isNear =
    threshold !== null &&
    (threshold.value === 0 || highest >= threshold.value * DRAWN_THRESHOLD_SHARE);
  const drawnThreshold = isNear ? threshold : null;
  const needed = Math.max(highest, (drawnThreshold?.value ?? 0) * THRESHOLD_HEADROOM);
  const ticks = ticksOf(lowest, needed, TICK_COUNT, unit);
  return { ticks, low: ticks[0]!, top: ticks.at(-1)!, drawnThreshold };
}

const valuesAt = (series: readonly ChartSeries[], index: number) =>
  series.flatMap((each) => {
    const value = each.values[index] ?? null;
    return value === null ? [] : [{ series: each, name: each.name, value }];
  });

/** The series whose value at an instant is nearest to one that was pointed at. */
const nearestSeries = (
  series: readonly ChartSeries[],
  index: number,
  pointed: number,
): ChartSeries | undefined =>
  valuesAt(series, index).toSorted(
    (a, b) => Math.abs(a.value - pointed) - Math.abs(b.value - pointed),
  )[0]?.series;
