import type { MetricPanel } from '@/lib/request-view/schema';

/** One value as people read it, in its panel's unit. */
export function formatValue(value: number, unit: MetricPanel['unit']): string {
  if (unit === 'ratio') return `${trim(value * 100)} %`;
  if (unit === 'seconds') return value < 1 ? `${trim(value * 1000)} ms` : `${trim(value)} s`;
  if (unit === 'bytes') return value >= 2 ** 30 ? `${trim(value / 2 ** 30)} GiB` : `${trim(value / 2 ** 20)} MiB`;
  if (unit === 'cores') return `${trim(value)} cores`;
  return unit === 'per-second' ? `${trim(value)} /s` : trim(value);
}

const trim = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)).replace(/\.0+$/, '');
