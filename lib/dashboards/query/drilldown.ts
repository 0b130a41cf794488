import { AppError } from '@/lib/errors/app-error';
import type { SpanFilter } from '@/lib/telemetry/model';
import { reachMs } from '@/lib/telemetry/prometheus/expression';
import { oneOf } from '@/lib/telemetry/prometheus/promql';
import { fromRfc3339, HOUR_MS, msToNs, nsToMs, SECOND_MS, type Window } from '@/lib/time/units';
import { findPanel, getDashboard, ignoredParameters } from '../catalogue/catalogue';
import type { Dashboard, Drilldown, Panel } from '../catalogue/panel';
import type { Parameter } from '../catalogue/parameters';
import { runnerPodPattern } from '../catalogue/runners';
import type { DrilldownQuery } from '../contract';
import { createFrame, type QueryFrame } from './query-frame';

/** What is left of the budget of a month was not spent at one point of it. */
const MAX_LOOKBACK_MS = 24 * HOUR_MS;

/** Which requests are behind a figure, as the search for requests takes it. */
export interface DrilldownTarget {
  readonly state: Drilldown['state'];
  readonly order: 'newest' | 'slowest';
  readonly window: Window;
  readonly touching: SpanFilter;
}

/** @throws AppError not_found */
export function requirePanel(dashboard: Dashboard, id: string): Panel {
  const panel = findPanel(dashboard, id);
  if (!panel) throw new AppError('not_found', `${dashboard.title} has no panel called ${id}.`);
  return panel;
}

/**
 * The requests behind a panel; behind one of its series and one point of it, if these are named.
 * @throws AppError not_found
 */
export function panelDrilldown(
  id: Dashboard['id'],
  panelId: string,
  query: DrilldownQuery,
  nowMs: number,
): DrilldownTarget {
  const panel = requirePanel(getDashboard(id), panelId);
  const frame = createFrame(query, nowMs);
  const lookbackMs = Math.min(
    reachMs(panel.query(frame.patterns, frame.rateSeconds)),
    MAX_LOOKBACK_MS,
  );
  return {
    ...resolve(panel.drilldown(query.series ?? {}), query, ignoredParameters(panel, query)),
    window: drilldownWindow(frame, query.at, lookbackMs),
  };
}

/** The requests that a dashboard lists below its panels. @throws AppError not_found */
export function listDrilldown(
  id: Dashboard['id'],
  query: DrilldownQuery,
  nowMs: number,
): DrilldownTarget {
  const { requestList, title } = getDashboard(id);
  if (!requestList) throw new AppError('not_found', `${title} lists no requests.`);
  return {
    ...resolve(requestList.drilldown, query, []),
    window: drilldownWindow(createFrame(query, nowMs), query.at, 0),
  };
}

/** The time that a point's value was computed over; without a point the whole window. */
function drilldownWindow(frame: QueryFrame, at: string | undefined, lookbackMs: number): Window {
  if (at === undefined) return frame.window;
  const atMs = nsToMs(fromRfc3339(at)!);
  return {
    startNs: msToNs(atMs - Math.max(frame.rateSeconds * SECOND_MS, lookbackMs)),
    endNs: msToNs(atMs + frame.grid.stepMs),
  };
}

/**
 * The selection of the page narrows what the series itself leaves open, but for the parameters that
 * the panel ignores.
 */
function resolve(
  { state, spanFilter, order }: Drilldown,
  query: DrilldownQuery,
  ignored: readonly Parameter[],
): Omit<DrilldownTarget, 'window'> {
  const own = Object.fromEntries(
    Object.entries(spanFilter).filter(([, value]) => value !== undefined && value !== ''),
  ) as SpanFilter;
  // A span filter takes one value: of several selected ones, none can be used.
  const selected = (name: Parameter) => {
    const values = ignored.includes(name) ? [] : (query[name] ?? []);
    return values.length === 1 ? values[0] : undefined;
  };
  const scaleSets = ignored.includes('scaleSet') ? [] : (query.scaleSet ?? []);
  const services = query.service ?? [];
  // An operation belongs to the selected service, not to another one that the series names.
  const isOtherService =
    own.service !== undefined && services.length > 0 && !services.includes(own.service);
  return {
    state,
    order: order ?? 'newest',
    touching: {
      ...(scaleSets.length > 0 && { podPattern: runnerPodPattern(oneOf(scaleSets)) }),
      service: selected('service'),
      operation: isOtherService ? undefined : selected('operation'),
      namespace: selected('namespace'),
      node: selected('node'),
      ...own,
    },
  };
}
