import { MARGIN } from './plot';
import type { ChartFrame } from './chart-model';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const TICK = { fill: 'var(--mute)', fontSize: 12 } as const;

/** Props of the time axis of Recharts. */
export const timeAxisProps = ({ fromMs, toMs }: Pick<ChartFrame, 'fromMs' | 'toMs'>) =>
  ({
    dataKey: 'time',
    type: 'number',
    domain: [fromMs, toMs],
    allowDataOverflow: true,
    height: MARGIN.bottom,
    tickFormatter: (ms: number) => formatTick(ms, toMs - fromMs),
    tick: TICK,
    stroke: 'var(--line)',
    minTickGap: 48,
  }) as const;

/** Props of the value axis of Recharts. */
export const VALUE_AXIS_PROPS = {
  width: MARGIN.left,
  interval: 0,
  tick: TICK,
  stroke: 'transparent',
} as const;

/** Around what is drawn; the axes have the rest. */
export const CHART_MARGIN = {
  left: 0,
  right: MARGIN.right,
  top: MARGIN.top,
  bottom: 0,
} as const;

/** A chart has a size before it is measured, so that it is drawn once. */
export const CONTAINER_PROPS = {
  width: '100%',
  height: '100%',
  initialDimension: { width: 400, height: 200 },
} as const;

/**
 * An instant on the time axis, UTC: with its day where the axis has several, with seconds where it
 * is short.
 */
export function formatTick(ms: number, axisLengthMs: number): string {
  const text = new Date(ms).toISOString();
  if (axisLengthMs > 2 * DAY_MS) return `${text.slice(5, 10)} ${text.slice(11, 13)}h`;
  return axisLengthMs < 10 * MINUTE_MS ? text.slice(11, 19) : text.slice(11, 16);
}

/** An instant in a tooltip. */
export const formatTooltipInstant = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
