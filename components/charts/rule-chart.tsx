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
import type { RuleGraph } from '@/lib/alerts/analysis/contract';

export interface Mark {
  readonly atMs: number;
  readonly label: string;
  readonly tone: 'info' | 'warning' | 'critical' | 'accent' | 'ok';
}

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);
const value = (number: number) =>
  number !== 0 && Math.abs(number) < 0.01
    ? number.toExponential(1)
    : String(Number(number.toPrecision(3)));

/** A rule's value with its threshold, and the moments of the episode as named lines. Gaps stay gaps. */
export default function RuleChart({
  graph,
  marks,
  hurtMs,
  pendingMs,
  firedMs,
  endMs,
}: {
  graph: RuleGraph;
  marks: readonly Mark[];
  hurtMs: number;
  pendingMs: number;
  firedMs: number;
  endMs: number;
}) {
  const rows = new Map<number, Record<string, number | null>>();
  for (const series of graph.series)
    for (const [time, at] of series.points)
      rows.set(time, { ...rows.get(time), time, [series.name]: at });
  const data = [...rows.values()].sort((a, b) => a.time! - b.time!);
  const names = graph.series.map(({ name }) => name);
  const first = Math.min(data[0]?.time ?? hurtMs, hurtMs);
  const last = Math.max(data.at(-1)?.time ?? endMs, firedMs);
  const values = data.flatMap((row) =>
    names.flatMap((name) => (row[name] === null || row[name] === undefined ? [] : [row[name]!])),
  );
  const top = Math.max(graph.threshold ?? 0, ...values) * 1.15 || 1;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart
        data={data}
        margin={{ top: 18, right: 12, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="time"
          type="number"
          domain={[first, last]}
          allowDataOverflow
          tickFormatter={clock}
          tick={{ fill: 'var(--mute)', fontSize: 12 }}
          stroke="var(--line)"
          minTickGap={48}
        />
        <YAxis
          width={54}
          domain={[Math.min(0, ...values), top]}
          tickFormatter={value}
          tick={{ fill: 'var(--mute)', fontSize: 12 }}
          stroke="transparent"
          tickCount={4}
        />
        <Tooltip
          isAnimationActive={false}
          labelFormatter={(time) => `${new Date(Number(time)).toISOString().slice(11, 19)} UTC`}
          formatter={(at, name) => [value(Number(at)), String(name)]}
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
          x1={hurtMs}
          x2={pendingMs}
          fill="var(--info)"
          fillOpacity={0.1}
          ifOverflow="hidden"
        />
        <ReferenceArea
          x1={pendingMs}
          x2={firedMs}
          fill="var(--warning)"
          fillOpacity={0.12}
          ifOverflow="hidden"
        />
        <ReferenceArea
          x1={firedMs}
          x2={Math.min(last, endMs)}
          fill="var(--critical)"
          fillOpacity={0.12}
          ifOverflow="hidden"
        />
        {graph.threshold !== null && (
          <ReferenceLine
            y={graph.threshold}
            stroke="var(--critical)"
            strokeDasharray="4 3"
            label={{
              value: `threshold ${value(graph.threshold)}`,
              position: 'insideBottomLeft',
              fill: 'var(--critical)',
              fontSize: 12,
            }}
            ifOverflow="extendDomain"
          />
        )}
        {marks.map((mark, index) => (
          <ReferenceLine
            key={`${mark.label} ${mark.atMs}`}
            x={mark.atMs}
            stroke={`var(--${mark.tone})`}
            strokeDasharray={mark.tone === 'accent' ? '2 3' : undefined}
            ifOverflow="hidden"
            label={{
              value: mark.label,
              position: 'insideTopLeft',
              dy: index * 15 - 4,
              fill: `var(--${mark.tone})`,
              fontSize: 12,
            }}
          />
        ))}
        {names.map((name) => (
          <Line
            key={name}
            dataKey={name}
            stroke={stripeColour(name, names)}
            dot={false}
            strokeWidth={1.75}
            isAnimationActive={false}
            connectNulls={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}
