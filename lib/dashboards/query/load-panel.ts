import { OutboundError } from '@/lib/http/outbound-error';
import type { Exemplar } from '@/lib/telemetry/model';
import { sources } from '@/lib/telemetry/sources';
import { nsToMs, type Window } from '@/lib/time/units';
import { ignoredParameters } from '../catalogue/catalogue';
import { grafanaUrl } from '../catalogue/grafana-link';
import type { Dashboard, Panel } from '../catalogue/panel';
import { PARAMETERS } from '../catalogue/parameters';
import type { DashboardQuery, PanelSeries, PanelView } from '../contract';
import { alignSeries, findBreaches, latestValue, MAX_CHART_SERIES } from './aligned-series';
import { toHeatMap } from './heat-map';
import { querySeries, type QueryCache } from './query-cache';
import type { QueryFrame } from './query-frame';

/** A table or a map holds so many series. */
const MAX_TABLE_SERIES = 500;
/** A chart holds so many exemplars that can still be told apart. */
const MAX_EXEMPLARS = 60;

/**
 * One panel of a dashboard. Never throws for a source: `state` and `reason` say why there is
 * nothing.
 * @param cache undefined without a source of metrics
 */
export async function loadPanel(
  dashboard: Dashboard,
  panel: Panel,
  frame: QueryFrame,
  cache: QueryCache | undefined,
  query: DashboardQuery,
): Promise<PanelView> {
  const base = describePanel(dashboard, panel, frame, query);
  if (!cache)
    return {
      ...base,
      state: 'failed',
      reason: 'No metrics source is configured: set METRICS_SOURCE=prometheus and PROMETHEUS_URL.',
    };
  try {
    return { ...base, ...(await loadFigures(panel, frame, cache)) };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return {
      ...base,
      state: 'failed',
      reason: `${sources().metrics!.name} did not answer: ${error.message}.`,
    };
  }
}

/** What is known of a panel before its query is answered. */
function describePanel(
  dashboard: Dashboard,
  panel: Panel,
  frame: QueryFrame,
  query: DashboardQuery,
): PanelView {
  return {
    id: panel.id,
    title: panel.title,
    question: panel.question,
    unit: panel.unit,
    kind: panel.kind ?? 'lines',
    state: 'empty',
    reason: null,
    promql: panel.query(frame.patterns, frame.rateSeconds),
    ignores: ignoredParameters(panel, query).map((name) => PARAMETERS[name].title.toLowerCase()),
    threshold: panel.threshold ?? null,
    breaches: [],
    remediation: panel.remediation ?? null,
    grafana: grafanaUrl(dashboard, panel.id, frame.window, query),
    series: [],
    omittedSeries: 0,
    heat: null,
    exemplars: [],
  };
}

/** @throws OutboundError */
async function loadFigures(
  panel: Panel,
  frame: QueryFrame,
  cache: QueryCache,
): Promise<Partial<PanelView>> {
  const [answer, exemplars] = await Promise.all([
    querySeries(panel, frame, cache),
    panel.exemplars ? cache.exemplars(panel.exemplars(frame.patterns)) : undefined,
  ]);
  const heat = panel.kind === 'heat' ? toHeatMap(answer.data, frame.grid) : undefined;
  const series = heat?.lines ?? alignSeries(answer.data, frame.grid, panel.groupBy);
  const showsLatest = panel.kind === 'map' || panel.kind === 'table';
  const shown = showsLatest ? latestOnly(series) : series;
  const limit =
    panel.kind === undefined || panel.kind === 'lines' ? MAX_CHART_SERIES : MAX_TABLE_SERIES;
  const drawn = shown.slice(0, limit);
  return {
    ...stateOf(answer.partial[0]?.sentence, whyEmpty(panel, series, shown)),
    breaches: findBreaches(series, panel.threshold),
    series: drawn,
    omittedSeries: shown.length - drawn.length,
    heat: heat?.heat ?? null,
    exemplars: slowestPerBin(frame.window, exemplars?.data ?? []),
  };
}

function stateOf(
  whyPartial: string | undefined,
  whyEmpty: string | undefined,
): Pick<PanelView, 'state' | 'reason'> {
  if (whyPartial !== undefined) return { state: 'partial', reason: whyPartial };
  if (whyEmpty !== undefined) return { state: 'empty', reason: whyEmpty };
  return { state: 'ok', reason: null };
}

/** A map and a table show the present; their CSV has the whole window. */
const latestOnly = (series: readonly PanelSeries[]): PanelSeries[] =>
  series.flatMap((each) => {
    const value = latestValue(each.values);
    return value === null ? [] : [{ ...each, values: [value] }];
  });

/** Undefined where there is something to show. */
function whyEmpty(
  panel: Panel,
  series: readonly PanelSeries[],
  shown: readonly PanelSeries[],
): string | undefined {
  if (series.every(({ values }) => values.every((value) => value === null)))
    return emptyReason(panel);
  if (shown.length === 0) return 'Nothing at the end of this time: what was there has ended.';
  return undefined;
}

function emptyReason({ minimumTraffic, exportedBy }: Panel): string {
  if (minimumTraffic === undefined) return `No samples in this time. They come from ${exportedBy}.`;
  return (
    `Nothing had ${minimumTraffic} in this time. ` +
    `If something should have: its samples come from ${exportedBy}.`
  );
}

/**
 * The slowest exemplar of each sixtieth of the window: spread over it, and no outlier is hidden.
 * The slowest first.
 */
function slowestPerBin(window: Window, exemplars: readonly Exemplar[]): PanelView['exemplars'] {
  const [fromMs, toMs] = [nsToMs(window.startNs), nsToMs(window.endNs)];
  const slowest = new Map<number, PanelView['exemplars'][number]>();
  for (const { timeMs, value, traceId, labels } of exemplars) {
    const bin = Math.floor(((timeMs - fromMs) / (toMs - fromMs)) * MAX_EXEMPLARS);
    if (traceId && (slowest.get(bin)?.value ?? -Infinity) < value)
      slowest.set(bin, { timeMs, value, traceId, service: labels.service ?? '' });
  }
  return [...slowest.values()].toSorted((a, b) => b.value - a.value);
}
