import { OutboundError } from '@/lib/http/outbound-error';
import type { CallOptions, Exemplar, MetricSource, Series } from '@/lib/telemetry/model';
import { epochNs, MINUTE_MS, msToNs, padded, SECOND_MS, type Window } from '@/lib/time/units';
import type { MetricPanel } from '../contract';
import { CONTEXT_MS } from '../view/axis';
import type { InvolvedWorkloads } from './involved-workloads';
import { optionalAnswer } from './optional-answer';
import { panelQueries, type PanelQuery } from './panel-queries';

const MIN_STEP_SECONDS = 15;
const MAX_POINTS = 500;
const MAX_EXEMPLARS = 50;
/** Tempo stamps exemplars when it sends them, up to 15 s after the span; scrapes come on top. */
const EXEMPLAR_LAG_MS = MINUTE_MS;

export interface PanelContext {
  readonly workloads: InvolvedWorkloads;
  /** Of the request itself. */
  readonly window: Window;
  /** Only exemplars that lead to one of these are shown. */
  readonly traceIds: ReadonlySet<string>;
  readonly nowMs: number;
}

/**
 * Metrics of all that a request ran on, on the context axis around it. A panel that fails, fails
 * alone.
 */
export function loadContextPanels(
  source: MetricSource,
  context: PanelContext,
  options: CallOptions,
): Promise<MetricPanel[]> {
  const panels = panelQueries(context.workloads);
  return Promise.all(panels.map((panel) => loadPanel(source, panel, context, options)));
}

async function loadPanel(
  source: MetricSource,
  panel: PanelQuery,
  context: PanelContext,
  options: CallOptions,
): Promise<MetricPanel> {
  const { id, title, unit, query } = panel;
  const base = { id, title, unit, promql: query, series: [], exemplars: [] };
  const window = contextWindow(context);
  const seconds = Number(window.endNs - window.startNs) / 1e9;
  const step = Math.max(MIN_STEP_SECONDS, Math.ceil(seconds / MAX_POINTS));
  try {
    const [answer, exemplars] = await Promise.all([
      source.range(panel.shared?.query ?? query, window, step, options),
      loadExemplars(source, panel, context, options),
    ]);
    const found = panel.shared ? panel.shared.derive(answer.data) : answer.data;
    const fullState = found.length ? 'ok' : 'empty';
    return {
      ...base,
      state: answer.partial.length ? 'partial' : fullState,
      reason: answer.partial[0]?.sentence ?? null,
      series: found
        .map((series) => ({ name: series.labels[panel.label] ?? '', points: pointsOf(series) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      exemplars,
    };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ...base, state: 'failed', reason: error.message };
  }
}

/** As far as the context axis reaches, but not into the future. */
function contextWindow({ window, nowMs }: PanelContext): Window {
  const { startNs, endNs } = padded(window, CONTEXT_MS);
  const now = msToNs(nowMs);
  return { startNs, endNs: endNs > now ? epochNs(now) : endNs };
}

async function loadExemplars(
  source: MetricSource,
  panel: PanelQuery,
  { window, traceIds }: PanelContext,
  options: CallOptions,
): Promise<MetricPanel['exemplars']> {
  if (!panel.exemplars) return [];
  const around = {
    startNs: padded(window, SECOND_MS).startNs,
    endNs: padded(window, EXEMPLAR_LAG_MS).endNs,
  };
  const answer = await optionalAnswer(
    'exemplars',
    source.exemplars(panel.exemplars, around, options),
  );
  return (answer?.data ?? [])
    .filter(({ traceId }) => traceId !== undefined && traceIds.has(traceId))
    .map(({ timeMs, value, traceId }: Exemplar) => ({ timeMs, value, traceId: traceId! }))
    .slice(0, MAX_EXEMPLARS);
}

const pointsOf = (series: Series): [number, number | null][] =>
  series.points.map((point) => [point.timeMs, point.value]);
