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
import { formatTickValue, formatValue, type Unit } from './units';

const MAX_SERIES = 20;
/** How far the axis reaches beyond the request at least. */
const PADDING_MS = 15_000;
/** The request is at least this share of the axis wide, so that it is seen. */
const MIN_BAND_SHARE = 1 / 120;

interface Props {
  readonly panel: { readonly unit: Unit; readonly series: readonly TimedSeries[] };
  /** All names of the page, in the order of their colours. */
  readonly names: readonly string[];
  /** When the request ran. */
  readonly bandMs: readonly [fromMs: number, toMs: number];
  /** The instant of the crosshair. */
  readonly atMs: number | null;
}

/**
 * Series over the context axis, with the request as a band of at least three pixels. Gaps stay
 * gaps.
 */
export default function TimeChart({ panel, names, bandMs, atMs }: Props) {
  const shown = panel.series.slice(0, MAX_SERIES);
  const data = toTimeRows(shown);
  // The request is always in sight, also where samples begin later or end earlier.
  const first = Math.min(data[0]?.time ?? bandMs[0], bandMs[0] - PADDING_MS);
  const last = Math.max(data.at(-1)?.time ?? bandMs[1], bandMs[1] + PADDING_MS);
  const band = widen(bandMs, (last - first) * MIN_BAND_SHARE);
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
          tickFormatter={formatClockTick}
          tick={{ fill: 'var(--mute)', fontSize: 11 }}
          stroke="var(--line)"
          minTickGap={40}
        />
        <YAxis
          width={58}
          tickFormatter={(value: number) => formatTickValue(value, panel.unit)}
          tick={{ fill: 'var(--mute)', fontSize: 11 }}
          stroke="transparent"
          tickCount={4}
          domain={[0, 'auto']}
        />
        <Tooltip
          {...TOOLTIP_PROPS}
          labelFormatter={(time) => formatTooltipClock(Number(time))}
          formatter={(value, name) => [formatValue(Number(value), panel.unit), String(name)]}
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

/** A band around the same middle that is at least `minMs` long. */
function widen(
  [fromMs, toMs]: readonly [number, number],
  minMs: number,
): readonly [number, number] {
  if (toMs - fromMs >= minMs) return [fromMs, toMs];
  const middle = (fromMs + toMs) / 2;
  return [middle - minMs / 2, middle + minMs / 2];
}
