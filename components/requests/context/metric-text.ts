import { formatValue } from '@/components/charts/units';
import type { MetricPanel, RequestView } from '@/lib/requests/contract';

/** More names than this are counted. */
const MAX_NAMES = 6;

export const shownSeries = ({ series }: MetricPanel): MetricPanel['series'] =>
  series.slice(0, MAX_NAMES);

export function hiddenSeriesText({ series }: MetricPanel): string {
  const hidden = series.length - MAX_NAMES;
  return hidden > 0 ? ` and ${hidden} more` : '';
}

export function panelState({ state, series }: MetricPanel): 'failed' | 'empty' | 'ready' {
  if (state === 'failed') return 'failed';
  return series.length === 0 ? 'empty' : 'ready';
}

/** Services keep their stripe; pods get stripes of their own. */
export function stripeNames(
  { series }: MetricPanel,
  services: readonly string[],
): readonly string[] {
  const names = series.map(({ name }) => name);
  return names.every((name) => services.includes(name)) ? services : names;
}

/** "up to 0.4 cores"; nothing when there is no sample. */
export function maximumText({ series, unit }: MetricPanel): string {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  return `up to ${formatValue(Math.max(...known), unit)}`;
}

/** Why there is no panel at all. */
export function noMetricsText({ ledger }: Pick<RequestView, 'ledger'>): string {
  const entry = ledger.find(({ signal }) => signal === 'metrics');
  const said = entry?.reasons[0]?.sentence;
  switch (entry?.state) {
    case 'searching':
      return 'Asking for metrics…';
    case 'failed':
      return said ? `${said}.` : `${entry.source} did not answer.`;
    case 'partial':
      return `No metrics in what ${entry.source} answered${said ? `: ${said}` : ''}.`;
    case 'skipped':
    case 'ok':
    case 'empty':
    case undefined:
      return `No metrics: ${said ?? 'nothing was touched'}.`;
  }
}
