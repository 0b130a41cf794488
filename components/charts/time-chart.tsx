'use client';

import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { stripeColour } from '@/components/ui/stripe';
import type { MetricPanel } from '@/lib/requests/contract';
import { formatValue } from './units';

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);
const MAX_SERIES = 20;

/** Series over the context axis, with the request as a band of at least three pixels. Gaps stay gaps. */
export default function TimeChart({
  panel,
  names,
  bandMs,
  atMs,
}: {
  panel: MetricPanel;
  names: readonly string[];
  bandMs: readonly [number, number];
  atMs: number | null;
}) {
  const rows = new Map<number, Record<string, number | null>>();
  const shown = panel.series.slice(0, MAX_SERIES);
  for (const series of shown)
    for (const [time, value] of series.points)
      rows.set(time, { ...rows.get(time), time, [series.name]: value });
  const data = [...rows.values()].sort((a, b) => a.time! - b.time!);
  // The request is always in sight, also where samples begin later or end earlier.
  const first = Math.min(data[0]?.time ?? bandMs[0], bandMs[0] - 15_000);
  const last = Math.max(data.at(-1)?.time ?? bandMs[1], bandMs[1] + 15_000);
  const least = (last - first) / 120;
  const middle = (bandMs[0] + bandMs[1]) / 2;
  const band = bandMs[1] - bandMs[0] < least ? [middle - least / 2, middle + least / 2] : bandMs;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart
        data={data}
        margin={{ top: 6, right: 6, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="time"
          type="number"
          domain={[first, last]}
          allowDataOverflow
          tickFormatter={clock}
          tick={{ fill: 'var(--mute)', fontSize: 11 }}
          stroke="var(--line)"
          minTickGap={40}
        />
        <YAxis
          width={58}
          tickFormatter={(value: number) => formatValue(value, panel.unit)}
          tick={{ fill: 'var(--mute)', fontSize: 11 }}
          stroke="transparent"
          tickCount={4}
          domain={[0, 'auto']}
        />
        <Tooltip
          isAnimationActive={false}
          labelFormatter={(time) => `${new Date(Number(time)).toISOString().slice(11, 19)} UTC`}
          formatter={(value, name) => [formatValue(Number(value), panel.unit), String(name)]}
          contentStyle={{
            background: 'var(--panel)',
            border: '1px solid var(--line-strong)',
            borderRadius: 8,
            fontSize: 12,
            padding: '4px 8px',
          }}
          wrapperStyle={{ zIndex: 5 }}
        />
        <ReferenceArea
          x1={band[0]}
          x2={band[1]}
          fill="var(--accent)"
          fillOpacity={0.35}
          ifOverflow="hidden"
        />
        {atMs !== null && <ReferenceLine x={atMs} stroke="var(--accent)" ifOverflow="hidden" />}
        {shown.map((series) => (
          <Line
            key={series.name}
            dataKey={series.name}
            stroke={stripeColour(series.name, names)}
            dot={series.points.length < 3}
            strokeWidth={1.5}
            isAnimationActive={false}
            connectNulls={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}
