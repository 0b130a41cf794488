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
import { toTimeRows, type TimedSeries } from './time-rows';
import { formatClockTick, formatTooltipClock, TOOLTIP_PROPS } from './tooltip-style';

export interface Mark {
  readonly atMs: number;
  readonly label: string;
  readonly tone: 'info' | 'warning' | 'critical' | 'accent' | 'ok';
}

interface Props {
  readonly graph: { readonly series: readonly TimedSeries[]; readonly threshold: number | null };
  readonly marks: readonly Mark[];
  readonly impactedSinceMs: number;
  readonly pendingMs: number;
  readonly firedMs: number;
  readonly endMs: number;
}

/** The unit of a rule's value is not known: three significant digits. */
const formatNumber = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.01
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));

/**
 * A rule's value with its threshold, and the moments of the episode as named lines. Gaps stay gaps.
 */
export default function RuleChart({
  graph,
  marks,
  impactedSinceMs,
  pendingMs,
  firedMs,
  endMs,
}: Props) {
  const data = toTimeRows(graph.series);
  const names = graph.series.map(({ name }) => name);
  const first = Math.min(data[0]?.time ?? impactedSinceMs, impactedSinceMs);
  const last = Math.max(data.at(-1)?.time ?? endMs, firedMs);
  const values = graph.series.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
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
          tickFormatter={formatClockTick}
          tick={{ fill: 'var(--mute)', fontSize: 12 }}
          stroke="var(--line)"
          minTickGap={48}
        />
        <YAxis
          width={54}
          domain={[Math.min(0, ...values), top]}
          tickFormatter={formatNumber}
          tick={{ fill: 'var(--mute)', fontSize: 12 }}
          stroke="transparent"
          tickCount={4}
        />
        <Tooltip
          {...TOOLTIP_PROPS}
          labelFormatter={(time) => formatTooltipClock(Number(time))}
          formatter={(at, name) => [formatNumber(Number(at)), String(name)]}
        />
        <ReferenceArea
          x1={impactedSinceMs}
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
              value: `threshold ${formatNumber(graph.threshold)}`,
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
