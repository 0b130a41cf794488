'use client';

import { useEffect, useRef } from 'react';
import { Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Crosshair } from '@/components/ui/crosshair';
import { formatCount } from '@/lib/time/format';
import type { EpisodeBand } from '@/lib/alerts/contract';
import type { Change } from '@/lib/telemetry/contract';
import type { ChartSeries } from './lines-chart';
import { Dots, Marks, type Dot } from './marks';
import { clockOver, MARGIN, Plot } from './plot';
import { formatValue } from './units';
import styles from './charts.module.css';

interface Props {
  readonly heat: {
    readonly bounds: readonly number[];
    readonly counts: readonly (readonly (number | null)[])[];
  };
  /** The quantiles: p50, p95, p99. */
  readonly lines: readonly ChartSeries[];
  readonly grid: { readonly startMs: number; readonly stepMs: number; readonly count: number };
  readonly fromMs: number;
  readonly toMs: number;
  readonly dots: readonly Dot[];
  readonly changes: readonly Change[];
  readonly episodes: readonly EpisodeBand[];
  readonly crosshair: Crosshair;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onPick: (atMs: number) => void;
}

const STROKES: Readonly<Record<string, { dash?: string; width: number }>> = {
  p50: { width: 1.5, dash: '2 3' },
  p95: { width: 1.75, dash: '6 3' },
  p99: { width: 2 },
};

/** Durations as a heat map on a logarithmic scale: the darker, the more requests took that long; median, 95th and 99th percentile over it. */
export default function HeatChart({
  heat,
  lines,
  grid,
  fromMs,
  toMs,
  dots,
  changes,
  episodes,
  crosshair,
  onZoom,
  onPick,
}: Props) {
  const used = usedBuckets(heat.counts);
  const [low, high] = [lowerBound(heat.bounds, used[0]), upperBound(heat.bounds, used[1])];
  const heightOf = (value: number) => Math.log(Math.max(value, low) / low) / Math.log(high / low);
  const data = Array.from({ length: grid.count }, (_, index) => ({
    time: grid.startMs + index * grid.stepMs,
    ...Object.fromEntries(
      lines.map(({ name, values }) => [
        name,
        values[index] === null || values[index] === undefined ? null : Math.max(low, values[index]),
      ]),
    ),
  }));
  return (
    <Plot
      fromMs={fromMs}
      toMs={toMs}
      crosshair={crosshair}
      onZoom={onZoom}
      onPick={(atMs) =>
        onPick(
          grid.startMs +
            Math.min(grid.count - 1, Math.max(0, Math.round((atMs - grid.startMs) / grid.stepMs))) *
              grid.stepMs,
        )
      }
      overlay={
        <>
          <Cells
            heat={heat}
            grid={grid}
            fromMs={fromMs}
            toMs={toMs}
            heightOf={heightOf}
            low={low}
            high={high}
          />
          <Marks
            changes={changes}
            episodes={episodes}
            alert={undefined}
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
          style={{ position: 'relative', zIndex: 1 }}
        >
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
            scale="log"
            domain={[low, high]}
            allowDataOverflow
            ticks={ticksBetween(low, high)}
            tickFormatter={(value: number) => formatValue(value, 'seconds')}
            tick={{ fill: 'var(--mute)', fontSize: 12 }}
            stroke="transparent"
            interval={0}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={false}
            wrapperStyle={{ zIndex: 5 }}
            content={({ active, payload, label }) =>
              active && payload?.length ? (
                <div className={styles.tip}>
                  <b className="mono">
                    {new Date(Number(label)).toISOString().slice(0, 19).replace('T', ' ')} UTC
                  </b>
                  {lines.map(({ name, values }) => {
                    const value = values[Math.round((Number(label) - grid.startMs) / grid.stepMs)];
                    return value === null || value === undefined ? null : (
                      <span key={name}>
                        <i style={{ background: 'var(--text)' }} />
                        <em>{name}</em>
                        <span className="mono">{formatValue(value, 'seconds')}</span>
                      </span>
                    );
                  })}
                </div>
              ) : null
            }
          />
          {lines.map(({ name, values }) => (
            <Line
              key={name}
              dataKey={name}
              stroke="var(--text)"
              strokeDasharray={STROKES[name]?.dash}
              strokeWidth={STROKES[name]?.width ?? 1.5}
              dot={values.filter((value) => value !== null).length < 3 ? { r: 3 } : false}
              isAnimationActive={false}
              connectNulls={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </Plot>
  );
}

/** The first and the last bucket that ever had something in it. */
function usedBuckets(counts: readonly (readonly (number | null)[])[]): readonly [number, number] {
  const full = counts.flatMap((row, index) =>
    row.some((count) => count !== null && count > 0) ? [index] : [],
  );
  return [full[0] ?? 0, full.at(-1) ?? Math.max(0, counts.length - 1)];
}

/** The lowest bucket begins at zero, which no logarithm has: as far below its bound as it is wide on the scale. */
const lowerBound = (bounds: readonly number[], bucket: number): number =>
  bounds[bucket - 1] ?? (bounds[0] ?? 0.001) / 2;
const upperBound = (bounds: readonly number[], bucket: number): number =>
  bounds[bucket] ?? (bounds.at(-1) ?? 1) * 2;

function ticksBetween(low: number, high: number): number[] {
  const ticks = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300].filter(
    (tick) => tick >= low && tick <= high,
  );
  return ticks.length ? ticks : [low, high];
}

/** One cell a bucket and instant; a gap is empty, and so is nothing. */
function Cells({
  heat,
  grid,
  fromMs,
  toMs,
  heightOf,
  low,
  high,
}: Pick<Props, 'heat' | 'grid' | 'fromMs' | 'toMs'> & {
  heightOf: (value: number) => number;
  low: number;
  high: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const draw = () => {
      const to = canvas.current;
      const pen = to?.getContext('2d');
      if (!to || !pen) return;
      const scale = window.devicePixelRatio;
      const { clientWidth: width, clientHeight: height } = to;
      [to.width, to.height] = [width * scale, height * scale];
      pen.scale(scale, scale);
      pen.fillStyle = getComputedStyle(to).color;
      const most = Math.max(...heat.counts.flat().map((count) => count ?? 0));
      heat.counts.forEach((row, bucket) => {
        const [bottom, top] = [
          heightOf(Math.max(low, lowerBound(heat.bounds, bucket))),
          heightOf(Math.min(high, upperBound(heat.bounds, bucket))),
        ];
        row.forEach((count, index) => {
          if (!count) return;
          const x =
            ((grid.startMs + (index - 0.5) * grid.stepMs - fromMs) / (toMs - fromMs)) * width;
          pen.globalAlpha = 0.12 + 0.7 * Math.sqrt(count / most);
          pen.fillRect(
            x,
            (1 - top) * height + 0.5,
            Math.max(1, (grid.stepMs / (toMs - fromMs)) * width - 0.5),
            Math.max(1, (top - bottom) * height - 1),
          );
        });
      });
    };
    draw();
    const watch = new ResizeObserver(draw);
    const theme = window.matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(draw);
    watch.observe(canvas.current!);
    theme.addEventListener('change', draw);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      watch.disconnect();
      chosen.disconnect();
      theme.removeEventListener('change', draw);
    };
  });
  return (
    <canvas
      ref={canvas}
      className={styles.canvas}
      style={{ color: 'var(--accent)' }}
      data-buckets={formatCount(heat.counts.length)}
    />
  );
}
