import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';
import type { Series } from '@/lib/telemetry/model';
import { epochNs, msToNs, SECOND_MS, type Window } from '@/lib/time/units';
import { getDashboard } from '../catalogue/catalogue';
import type { Dashboard, Panel } from '../catalogue/panel';
import { patternsOf } from '../catalogue/parameters';
import type { RuleDraft, RuleDraftQuery } from '../contract';
import { requirePanel } from '../query/drilldown';
import { queryAllSeries } from '../query/query-all-series';
import { requestedWindow, type QueryFrame } from '../query/query-frame';
import { createGrid } from '../query/time-grid';
import { draftRule, RULE_RATE_SECONDS } from './rule-draft';
import { defaultRuleName, refusalReason, ruleQueryOf, type RuleInput } from './rule-input';
import { simulateFirings, type FiringInterval } from './simulate-firings';

const MAX_FIRINGS = 100;
/** As the chart has Prometheus evaluate rules. */
const RULE_INTERVAL_SECONDS = 30;
const MAX_EVALUATIONS = 3000;

/**
 * An alert rule made of a panel as it is shown, with what is selected there, and when it would have
 * fired in that time.
 * @throws AppError not_found; invalid_input for a rule that could never fire
 */
export async function loadRuleDraft(
  id: Dashboard['id'],
  panelId: string,
  query: RuleDraftQuery,
  nowMs: number,
  signal: AbortSignal,
): Promise<RuleDraft> {
  const dashboard = getDashboard(id);
  const panel = requirePanel(dashboard, panelId);
  const input = ruleInputOf(panel, query);
  const refusal = refusalReason(panel, input);
  if (refusal !== undefined) throw new AppError('invalid_input', refusal);
  const frame = evaluationFrame(query, nowMs);
  const ruleQuery = ruleQueryOf(panel);
  const { series, problem } = await loadPreview(ruleQuery, frame, signal);
  const firings = simulateFirings(series, frame.grid, ruleQuery.groupBy, input);
  return {
    ...draftRule(dashboard, panel, query, input),
    stepSeconds: frame.grid.stepMs / SECOND_MS,
    ruleIntervalSeconds: RULE_INTERVAL_SECONDS,
    extreme: extremeValue(series, input.direction),
    firings: firings.slice(0, MAX_FIRINGS).map(toAnswer),
    omittedFirings: Math.max(0, firings.length - MAX_FIRINGS),
    seriesCount: series.length,
    previewProblem: problem,
  };
}

/**
 * A preview that cannot be had, as one over the size limit of the source, does not cost the rule.
 */
async function loadPreview(
  { query }: Pick<Panel, 'query'>,
  frame: QueryFrame,
  signal: AbortSignal,
): Promise<{ readonly series: readonly Series[]; readonly problem: string | null }> {
  try {
    return { series: await queryAllSeries({ query }, frame, signal), problem: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
    return { series: [], problem: error.message };
  }
}

const ruleInputOf = (panel: Panel, query: RuleDraftQuery): RuleInput => ({
  name: query.name ?? defaultRuleName(panel, query.direction),
  threshold: query.threshold ?? panel.threshold?.value ?? 1,
  direction: query.direction,
  holdSeconds: query.hold,
  severity: query.severity,
});

/**
 * As Prometheus would evaluate the rule, and from a hold time before the window: what held already
 * then fires in it.
 */
function evaluationFrame(query: RuleDraftQuery, nowMs: number): QueryFrame {
  const { startNs, endNs } = requestedWindow(query, nowMs);
  const window: Window = {
    startNs: epochNs(startNs - msToNs(query.hold * SECOND_MS)),
    endNs,
  };
  const stepSeconds = Math.max(RULE_INTERVAL_SECONDS, config().SCRAPE_SECONDS);
  return {
    window,
    grid: createGrid(window, MAX_EVALUATIONS, stepSeconds),
    rateSeconds: RULE_RATE_SECONDS,
    patterns: patternsOf(query),
  };
}

/** The value nearest to firing: the highest, or the lowest for a rule of what is below. */
function extremeValue(series: readonly Series[], direction: RuleInput['direction']): number | null {
  const pick = direction === 'above' ? Math.max : Math.min;
  return series
    .flatMap(({ points }) => points.flatMap(({ value }) => value ?? []))
    .reduce<number | null>((extreme, value) => pick(extreme ?? value, value), null);
}

const toAnswer = ({ series, fromMs, toMs }: FiringInterval): RuleDraft['firings'][number] => ({
  series,
  from: new Date(fromMs).toISOString(),
  to: toMs === null ? null : new Date(toMs).toISOString(),
});
