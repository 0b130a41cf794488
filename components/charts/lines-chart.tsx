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
import type { Crosshair } from '@/components/ui/crosshair';
import type { EpisodeBand } from '@/lib/alerts/contract';
import type { Change } from '@/lib/telemetry/contract';
import { Dots, Marks, type Dot } from './marks';
import { clockOver, MARGIN, Plot } from './plot';
import { seriesColour, seriesDashes, Swatch, type Slots } from './series-style';
import { formatValue, ticksOf, type Unit } from './units';
import styles from './charts.module.css';

export interface ChartSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
}

interface Props {
  readonly series: readonly ChartSeries[];
  readonly slots: Slots;
  readonly grid: { readonly startMs: number; readonly stepMs: number; readonly count: number };
  readonly fromMs: number;
  readonly toMs: number;
  readonly unit: Unit;
  readonly threshold: {
    readonly value: number;
    readonly severity: string;
    readonly alert: string;
  } | null;
  /** The series that alone is shown, if somebody wants just one. */
  readonly only: string | null;
  readonly dots: readonly Dot[];
  readonly changes: readonly Change[];
  readonly episodes: readonly EpisodeBand[];
  readonly crosshair: Crosshair;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onPick: (atMs: number, series: ChartSeries | undefined) => void;
}

/** A threshold far above everything is said, not drawn: it would press the lines flat. */
const NEAR = 0.4;
const IN_TOOLTIP = 8;

type Row = Record<string, number | null>;

/** Series over time. What is null is a gap; a lone point is a dot. */
export default function LinesChart({
  series,
  slots,
  grid,
  fromMs,
  toMs,
  unit,
  threshold,
  only,
  dots,
  changes,
  episodes,
  crosshair,
  onZoom,
  onPick,
}: Props) {
  const shown = only === null ? series : series.filter(({ name }) => name === only);
  const data: Row[] = Array.from({ length: grid.count }, (_, index) => ({
    time: grid.startMs + index * grid.stepMs,
    ...Object.fromEntries(shown.map(({ values }, place) => [`s${place}`, values[index] ?? null])),
  }));
  const values = shown.flatMap((each) => each.values.filter((value) => value !== null));
  const peak = values.length ? values.reduce((most, value) => Math.max(most, value)) : 0;
  const lowest = Math.min(
    0,
    values.length ? values.reduce((least, value) => Math.min(least, value)) : 0,
  );
  const drawn =
    threshold && (threshold.value === 0 || peak >= threshold.value * NEAR) ? threshold : null;
  const ticks = ticksOf(lowest, Math.max(peak, (drawn?.value ?? 0) * 1.05), 4, unit);
  const [low, top] = [ticks[0]!, ticks.at(-1)!];
  const heightOf = (value: number) => (value - low) / (top - low);
  // From what is shown now: Recharts may still hold what was.
  const rowsAt = (atMs: number) =>
    shown.flatMap(({ name, values: own }) => {
      const value = own[Math.round((atMs - grid.startMs) / grid.stepMs)];
      return value === null || value === undefined ? [] : [{ name, value }];
    });
  const pick = (atMs: number, height: number) => {
    const index = Math.min(
      grid.count - 1,
      Math.max(0, Math.round((atMs - grid.startMs) / grid.stepMs)),
    );
    const wanted = low + height * (top - low);
    const near = shown
      .flatMap((each) =>
        each.values[index] === null || each.values[index] === undefined
          ? []
          : [{ each, off: Math.abs(each.values[index]! - wanted) }],
      )
      .sort((a, b) => a.off - b.off)[0];
    onPick(grid.startMs + index * grid.stepMs, near?.each);
  };
  return (
    <Plot
      fromMs={fromMs}
      toMs={toMs}
      crosshair={crosshair}
      onZoom={onZoom}
      onPick={pick}
      overlay={
        <>
          <Marks
            changes={changes}
            episodes={episodes}
            alert={threshold?.alert}
            fromMs={fromMs}
            toMs={toMs}
          />
          <Dots dots={dots} fromMs={fromMs} toMs={toMs} heightOf={heightOf} />
        </>
      }
    >
      <ResponsiveContainer
        width="100%"
        height="100%"
        initialDimension={{ width: 400, height: 200 }}
      >
        <LineChart
          data={data}
          margin={{ left: 0, right: MARGIN.right, top: MARGIN.top, bottom: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="time"
            type="number"
            domain={[fromMs, toMs]}
            allowDataOverflow
            height={MARGIN.bottom}
            tickFormatter={clockOver(toMs - fromMs)}
            tick={{ fill: 'var(--mute)', fontSize: 12 }}
            stroke="var(--line)"
            minTickGap={48}
          />
          <YAxis
            width={MARGIN.left}
            domain={[low, top]}
            ticks={ticks}
            interval={0}
            tickFormatter={(value: number) => formatValue(value, unit === 'cores' ? 'count' : unit)}
            tick={{ fill: 'var(--mute)', fontSize: 12 }}
            stroke="transparent"
          />
          <Tooltip
            isAnimationActive={false}
            cursor={false}
            wrapperStyle={{ zIndex: 5 }}
            content={({ active, label }) =>
              active && label !== undefined ? (
                <Values at={Number(label)} rows={rowsAt(Number(label))} slots={slots} unit={unit} />
              ) : null
            }
          />
          {drawn && (
            <ReferenceLine
              y={drawn.value}
              stroke={drawn.severity === 'critical' ? 'var(--critical)' : 'var(--warning)'}
              strokeDasharray="4 3"
              label={{
                value: `${drawn.alert} ${formatValue(drawn.value, unit)}`,
                position: 'insideBottomRight',
                fill: drawn.severity === 'critical' ? 'var(--critical)' : 'var(--warning)',
                fontSize: 12,
              }}
            />
          )}
          {shown.map(({ name, values: own }, place) => (
            <Line
              key={name}
              dataKey={`s${place}`}
              name={name}
              stroke={seriesColour(name, slots)}
              strokeDasharray={seriesDashes(name, slots)}
              strokeWidth={1.75}
              dot={own.filter((value) => value !== null).length < 3 ? { r: 3 } : false}
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

/** The values at an instant, the highest first. */
function Values({
  at,
  rows,
  slots,
  unit,
}: {
  at: number;
  rows: readonly { name: string; value: number }[];
  slots: Slots;
  unit: Unit;
}) {
  const sorted = [...rows].sort((a, b) => b.value - a.value);
  return (
    <div className={styles.tip}>
      <b className="mono">{new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC</b>
      {sorted.slice(0, IN_TOOLTIP).map(({ name, value }) => (
        <span key={name}>
          <Swatch name={name} slots={slots} />
          <em>{name}</em>
          <span className="mono">{formatValue(value, unit)}</span>
        </span>
      ))}
      {sorted.length > IN_TOOLTIP && <em>{sorted.length - IN_TOOLTIP} more</em>}
    </div>
  );
}
