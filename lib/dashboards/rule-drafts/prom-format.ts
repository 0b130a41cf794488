/** A number as PromQL and promtool both read it. */
export const formatNumber = (value: number): string =>
  String(Number(value.toPrecision(12))).replace(/e\+?(-?\d+)$/, 'e$1');

/** A duration as Prometheus writes it: 90s, 5m, 2h. */
export function formatPromDuration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
