import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';
import { OutboundError, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { Change } from '@/lib/telemetry/around';
import { changesOf } from '@/lib/telemetry/cluster-events';
import type { Answer, Exemplar, MetricSource, Series, SpanFilter } from '@/lib/telemetry/model';
import { reachMs } from '@/lib/telemetry/prometheus/expression';
import { countBy, oneOf, type PromQl } from '@/lib/telemetry/prometheus/promql';
import { sources } from '@/lib/telemetry/sources';
import {
  epochMs,
  epochNs,
  fromRfc3339,
  HOUR_MS,
  msToNs,
  nsToMs,
  toRfc3339,
  type Window,
} from '@/lib/time/units';
import {
  cannotFire,
  defaultName,
  draft,
  figureOf,
  firingsOf,
  RULE_RANGE_SECONDS,
  type Wish,
} from '../rule-drafts/rule-draft';
import { chosenIn, dashboardOf, ignoredBy, panelOf } from '../catalogue/catalogue';
import { csvOf } from './csv';
import { beyond, heatOf, MAX_DRAWN, newest, onGrid } from './frame';
import { grafanaUrl } from '../catalogue/grafana-link';
import {
  PARAMETERS,
  type Behind,
  type Choices,
  type Chosen,
  type Dashboard,
  type Panel,
  type Parameter,
} from '../catalogue/panel';
import { podsOf } from '../catalogue/runners';
import { gridOver, rateSeconds, windowOf, type Grid } from './range';
import {
  rangeMs,
  type AlertDraft,
  type AlertQuery,
  type BehindQuery,
  type DashboardQuery,
  type DashboardView,
  type PanelView,
} from '../contract';

/** A table and a map hold so many series. */
const MAX_ROWS = 500;
/** A chart holds so many dots that can still be told apart. */
const MAX_DOTS = 60;

/** What every panel of one page is asked with. */
export interface Frame {
  readonly window: Window;
  readonly grid: Grid;
  /** In seconds: over how long rates are taken. */
  readonly range: number;
  readonly chosen: Chosen;
}

/** The window that is asked for: from and to, or the last `range` until now. */
export function windowAsked(
  { from, to, range }: Pick<DashboardQuery, 'from' | 'to' | 'range'>,
  nowMs: number,
): Window {
  if (from && to) return { startNs: fromRfc3339(from)!, endNs: fromRfc3339(to)! };
  return { startNs: msToNs(nowMs - rangeMs(range)!), endNs: msToNs(nowMs) };
}

export function frameOf(query: DashboardQuery, nowMs: number): Frame {
  const { SCRAPE_SECONDS } = config();
  const window = windowAsked(query, nowMs);
  const grid = gridOver(window, query.points, SCRAPE_SECONDS);
  return { window, grid, range: rateSeconds(grid, SCRAPE_SECONDS), chosen: chosenIn(query) };
}

/** Asks each distinct question once, however many panels need its answer. */
export class Questions {
  private readonly asked = new Map<string, Promise<Answer<readonly Series[]>>>();
  private readonly exemplars = new Map<string, Promise<Answer<readonly Exemplar[]>>>();

  constructor(
    private readonly source: MetricSource,
    private readonly frame: Frame,
    private readonly signal: AbortSignal,
  ) {}

  range(query: PromQl): Promise<Answer<readonly Series[]>> {
    return once(this.asked, query, () =>
      this.source.range(query, windowOf(this.frame.grid), this.frame.grid.stepMs / 1000, {
        signal: this.signal,
      }),
    );
  }

  /** Exemplars are an extra: a backend that has none costs the dots, not the panel. */
  dots(query: PromQl): Promise<Answer<readonly Exemplar[]>> {
    return once(this.exemplars, query, () =>
      this.source
        .exemplars(query, this.frame.window, { signal: this.signal })
        .catch((error: unknown) => {
          if (!(error instanceof OutboundError)) throw error;
          return { data: [], partial: [] };
        }),
    );
  }
}

function once<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const asked = known.get(key) ?? make();
  known.set(key, asked);
  return asked;
}

/** The series of a panel, all of them, on the grid. @throws OutboundError */
export async function seriesOf(
  panel: Pick<Panel, 'query' | 'ask' | 'derive'>,
  frame: Frame,
  questions: Questions,
): Promise<Answer<readonly Series[]>> {
  const answer = await questions.range((panel.ask ?? panel.query)(frame.chosen, frame.range));
  return panel.derive ? { ...answer, data: panel.derive(answer.data) } : answer;
}

async function viewOfPanel(
  dashboard: Dashboard,
  panel: Panel,
  frame: Frame,
  questions: Questions | undefined,
  query: DashboardQuery,
): Promise<PanelView> {
  const kind = panel.kind ?? 'lines';
  const base: PanelView = {
    id: panel.id,
    title: panel.title,
    question: panel.question,
    unit: panel.unit,
    kind,
    state: 'empty',
    reason: null,
    promql: panel.query(frame.chosen, frame.range),
    ignores: ignoredBy(panel, query).map((name) => PARAMETERS[name].title.toLowerCase()),
    threshold: panel.threshold ?? null,
    beyond: [],
    whenRed: panel.whenRed ?? null,
    grafana: grafanaUrl(dashboard, panel.id, frame.window, query),
    series: [],
    more: 0,
    heat: null,
    exemplars: [],
  };
  if (!questions)
    return {
      ...base,
      state: 'failed',
      reason: 'No metrics source is configured: set METRICS_SOURCE=prometheus and PROMETHEUS_URL.',
    };
  try {
    const [answer, dots] = await Promise.all([
      seriesOf(panel, frame, questions),
      panel.exemplars ? questions.dots(panel.exemplars(frame.chosen)) : undefined,
    ]);
    const heat = kind === 'heat' ? heatOf(answer.data, frame.grid) : undefined;
    const series = heat?.lines ?? onGrid(answer.data, frame.grid, panel.by);
    const empty = series.every(({ values }) => values.every((value) => value === null));
    // A map and a table show how it is now; their CSV has all of it.
    const now =
      kind === 'map' || kind === 'table'
        ? series.flatMap((each) => {
            const value = newest(each.values);
            return value === null ? [] : [{ ...each, values: [value] }];
          })
        : series;
    const drawn = now.slice(0, kind === 'lines' ? MAX_DRAWN : MAX_ROWS);
    return {
      ...base,
      state: answer.partial.length ? 'partial' : empty ? 'empty' : 'ok',
      reason: answer.partial[0]?.sentence ?? (empty ? nothing(panel) : null),
      beyond: beyond(series, panel.threshold),
      series: drawn,
      more: now.length - drawn.length,
      heat: heat?.heat ?? null,
      exemplars: slowestOver(frame.window, dots?.data ?? []),
    };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return {
      ...base,
      state: 'failed',
      reason: `${sources().metrics!.name} did not answer: ${error.message}.`,
    };
  }
}

const nothing = ({ guard, needs }: Panel): string =>
  guard
    ? `Nothing had ${guard} in this time. If something should have: its samples come from ${needs}.`
    : `No samples in this time. They come from ${needs}.`;

/** Of all exemplars the slowest in each sixtieth of the window: they are spread over it, and none is hidden that stands out. */
function slowestOver(window: Window, exemplars: readonly Exemplar[]): PanelView['exemplars'] {
  const [fromMs, toMs] = [nsToMs(window.startNs), nsToMs(window.endNs)];
  const slowest = new Map<number, PanelView['exemplars'][number]>();
  for (const { timeMs, value, traceId, labels } of exemplars) {
    const bin = Math.floor(((timeMs - fromMs) / (toMs - fromMs)) * MAX_DOTS);
    if (traceId && (slowest.get(bin)?.value ?? -Infinity) < value)
      slowest.set(bin, { timeMs, value, traceId, service: labels.service ?? '' });
  }
  return [...slowest.values()].sort((a, b) => b.value - a.value);
}

/** Alert episodes that were open in a window, of these services; all where none is named. Opaque here. */
export type EpisodesIn = (
  window: Window,
  services: readonly string[],
) => Promise<readonly unknown[]>;

export interface DashboardOptions {
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly episodes: EpisodesIn;
  /** Told of each panel as it is there, and of what is known beside them. */
  readonly emit?: (part: Partial<DashboardView>) => void;
}

/** A dashboard over its window. Never throws for a source: a panel says why it has nothing. */
export async function loadDashboard(
  id: Dashboard['id'],
  query: DashboardQuery,
  { nowMs, signal, episodes, emit }: DashboardOptions,
): Promise<DashboardView> {
  const dashboard = dashboardOf(id);
  const frame = frameOf(query, nowMs);
  const { metrics } = sources();
  const limited = AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]);
  const questions = metrics && new Questions(metrics, frame, limited);
  const head = {
    dashboard: id,
    title: dashboard.title,
    at: new Date(nowMs).toISOString(),
    from: toRfc3339(frame.window.startNs),
    to: toRfc3339(frame.window.endNs),
    grid: frame.grid,
  };
  emit?.(head);
  const missing: string[] = [];
  const around = Promise.all([
    changesIn(frame, query, limited).catch(
      failed(missing, sources().logs.name, 'what changed', [] as Change[]),
    ),
    episodes(frame.window, query.service ?? []).catch(() => {
      missing.push('Postgres did not say which alerts were open');
      return [];
    }),
  ]);
  const panels = await Promise.all(
    dashboard.panels.map(async (panel) => {
      const view = await viewOfPanel(dashboard, panel, frame, questions, query);
      emit?.({ panels: [view] });
      return view;
    }),
  );
  const [changes, open] = await around;
  const tail = { changes, episodes: [...open], missing, complete: true };
  emit?.(tail);
  return { ...head, panels, ...tail };
}

const failed =
  <Value>(missing: string[], name: string, what: string, instead: Value) =>
  (error: unknown): Value => {
    if (!(error instanceof OutboundError)) throw error;
    missing.push(`${name} did not say ${what}: ${error.message}`);
    return instead;
  };

/** Rollouts and warnings: of the services that are chosen, else of everything. */
async function changesIn(
  frame: Frame,
  query: DashboardQuery,
  signal: AbortSignal,
): Promise<Change[]> {
  const { data } = await sources().logs.clusterEvents(frame.window, { signal });
  const { service = [], namespace = [], node = [] } = query;
  return changesOf(
    data,
    service.length || namespace.length || node.length
      ? { services: service, pods: [], nodes: node, namespaces: namespace }
      : 'everything',
  );
}

/** What can be chosen for each parameter of a dashboard, now and with what else is chosen. */
export async function loadChoices(
  id: Dashboard['id'],
  choices: Choices,
  signal: AbortSignal,
): Promise<Record<string, string[]>> {
  const { metrics } = sources();
  if (!metrics) return {};
  const limited = AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]);
  const found = await Promise.all(
    dashboardOf(id).parameters.map(async (name) => {
      const { among, label } = PARAMETERS[name];
      const { data } = await metrics
        .instant(countBy(label, among(chosenIn(choices))), epochMs(Date.now()), { signal: limited })
        .catch(
          failed([], metrics.name, 'what there is', { data: [], partial: [] } as Answer<
            readonly Series[]
          >),
        );
      return [
        name,
        data
          .flatMap(({ labels }) => labels[label] ?? [])
          .sort()
          .slice(0, MAX_CHOICES),
      ] as const;
    }),
  );
  return Object.fromEntries(found);
}
const MAX_CHOICES = 500;

/** Which requests, as whoever finds them is asked. */
export interface Found {
  readonly state: Behind['state'];
  readonly order: 'newest' | 'slowest';
  readonly window: Window;
  readonly touching: SpanFilter;
}

/** The requests behind a panel: those of one series, in the time that one point was taken over, if these are named. @throws AppError not_found */
export function behindPanel(
  id: Dashboard['id'],
  panelId: string,
  query: BehindQuery,
  nowMs: number,
): Found {
  const panel = panelIn(dashboardOf(id), panelId);
  return found(panel.behind(query.series ?? {}), panel, query, nowMs);
}

/** The requests that a dashboard lists below its panels. @throws AppError not_found */
export function listedBelow(id: Dashboard['id'], query: BehindQuery, nowMs: number): Found {
  const { list, title } = dashboardOf(id);
  if (!list) throw new AppError('not_found', `${title} lists no requests.`);
  return found(list.behind, undefined, query, nowMs);
}

function found(
  { state, touching, order }: Behind,
  panel: Panel | undefined,
  query: BehindQuery,
  nowMs: number,
): Found {
  const frame = frameOf(query, nowMs);
  const at = query.at === undefined ? undefined : nsToMs(fromRfc3339(query.at)!);
  const reach = panel
    ? Math.min(reachMs(panel.query(frame.chosen, frame.range)), MOST_REACH_MS)
    : 0;
  const window: Window =
    at === undefined
      ? frame.window
      : {
          startNs: msToNs(at - Math.max(frame.range * 1000, reach)),
          endNs: msToNs(at + frame.grid.stepMs),
        };
  const named = Object.fromEntries(
    Object.entries(touching).filter(([, value]) => value !== undefined && value !== ''),
  );
  // What is chosen on the page narrows what a series does not name itself; of several none can be said, and what the panel ignores is not said.
  const ignored = panel ? ignoredBy(panel, query) : [];
  const only = (name: Parameter) =>
    query[name]?.length === 1 && !ignored.includes(name) ? query[name][0] : undefined;
  const elsewhere =
    named.service !== undefined &&
    query.service?.length &&
    !query.service.includes(named.service as string);
  return {
    state,
    order: order ?? 'newest',
    window,
    touching: {
      ...(query.scaleSet?.length &&
        !ignored.includes('scaleSet') && { podPattern: podsOf(oneOf(query.scaleSet)) }),
      service: only('service'),
      operation: elsewhere ? undefined : only('operation'),
      namespace: only('namespace'),
      node: only('node'),
      ...named,
    },
  };
}
/** What is left of a month was not lost at one point of it. */
const MOST_REACH_MS = 24 * HOUR_MS;

/** @throws AppError not_found */
export function panelIn(dashboard: Dashboard, id: string): Panel {
  const panel = panelOf(dashboard, id);
  if (!panel) throw new AppError('not_found', `${dashboard.title} has no panel called ${id}.`);
  return panel;
}

/** All series of one panel as CSV. @throws AppError not_found, unavailable */
export async function loadCsv(
  id: Dashboard['id'],
  panelId: string,
  query: DashboardQuery,
  nowMs: number,
  signal: AbortSignal,
): Promise<string> {
  const panel = panelIn(dashboardOf(id), panelId);
  const frame = frameOf(query, nowMs);
  return csvOf(onGrid(await allSeries(panel, frame, signal), frame.grid, panel.by), frame.grid);
}

/** An alert made of a panel as it is shown: with what is chosen there, and when it would have fired in that time. @throws AppError not_found, unavailable */
export async function loadAlertDraft(
  id: Dashboard['id'],
  panelId: string,
  query: AlertQuery,
  nowMs: number,
  signal: AbortSignal,
): Promise<AlertDraft> {
  const dashboard = dashboardOf(id);
  const panel = panelIn(dashboard, panelId);
  const { query: figure, by } = figureOf(panel);
  const wish: Wish = {
    name: query.name ?? defaultName(panel, query.direction),
    threshold: query.threshold ?? panel.threshold?.value ?? 1,
    direction: query.direction,
    holdSeconds: query.hold,
    severity: query.severity,
  };
  const never = cannotFire(panel, wish);
  if (never) throw new AppError('invalid_input', never);
  // As the rule would: its own range, as often as it is evaluated, and from so long before that what held already then has fired.
  const { startNs, endNs } = windowAsked(query, nowMs);
  const window: Window = { startNs: epochNs(startNs - msToNs(query.hold * 1000)), endNs };
  const grid = gridOver(
    window,
    EVALUATIONS,
    Math.max(RULE_INTERVAL_SECONDS, config().SCRAPE_SECONDS),
  );
  const series = await allSeries(
    { query: figure },
    { window, grid, range: RULE_RANGE_SECONDS, chosen: chosenIn(query) },
    signal,
  );
  const firings = firingsOf(series, grid, by, wish).sort((a, b) => a.fromMs - b.fromMs);
  const figures = series.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const extreme = figures.length
    ? figures.reduce((a, b) => (wish.direction === 'above' ? Math.max(a, b) : Math.min(a, b)))
    : null;
  return {
    ...draft(dashboard, panel, query, wish),
    stepSeconds: grid.stepMs / 1000,
    extreme,
    firings: firings.slice(0, MAX_FIRINGS).map(({ series: name, fromMs, toMs }) => ({
      series: name,
      from: new Date(fromMs).toISOString(),
      to: toMs === null ? null : new Date(toMs).toISOString(),
    })),
    more: Math.max(0, firings.length - MAX_FIRINGS),
    series: series.length,
  };
}
const MAX_FIRINGS = 100;
/** As the chart has Prometheus evaluate rules. */
const RULE_INTERVAL_SECONDS = 30;
const EVALUATIONS = 3000;

async function allSeries(
  panel: Pick<Panel, 'query' | 'ask' | 'derive'>,
  frame: Frame,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const { metrics } = sources();
  if (!metrics) throw new AppError('unavailable', 'No metrics source is configured.');
  try {
    return (
      await seriesOf(
        panel,
        frame,
        new Questions(
          metrics,
          frame,
          AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]),
        ),
      )
    ).data;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new AppError('unavailable', `${metrics.name} did not answer: ${error.message}.`);
  }
}
