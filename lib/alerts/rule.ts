import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import type { AlertingRule, MetricSource, Series } from '@/lib/telemetry/model';
import { selector } from '@/lib/telemetry/prometheus/promql';
import { epochMs, HOUR_MS, MINUTE_MS, msToNs, secondsToMs, type EpochMs } from '@/lib/time/units';

/** What can be read in the expression of an alerting rule. */
export interface RuleShape {
  /** What is compared, and with which number: its graph shows how far the threshold is. */
  readonly left: string;
  readonly operator: string;
  readonly threshold: number;
}

const COMPARISONS = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'Eql', 'EqlC', 'EqlSingle', 'Neq']);
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: MINUTE_MS, h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS, y: 365 * 24 * HOUR_MS };

/** The first comparison with a number on the left side of `and`, `unless`, `or`; undefined where a rule has none (it fires on presence). Parsed by Prometheus's own grammar. */
export function shapeOf(expression: string): RuleShape | undefined {
  const visit = (node: SyntaxNode): RuleShape | undefined => {
    if (node.name !== 'BinaryExpr') return node.name === 'ParenExpr' || node.name === 'PromQL' ? visitFirst(node) : undefined;
    const [left, right] = [node.firstChild, node.lastChild];
    if (!left || !right) return undefined;
    const operator = [...childrenOf(node)].find(({ name }) => COMPARISONS.has(name));
    const number = operator && numberOf(expression, right);
    if (operator && number !== undefined) return { left: expression.slice(left.from, left.to), operator: expression.slice(operator.from, operator.to), threshold: number };
    return visit(left);
  };
  const visitFirst = (node: SyntaxNode): RuleShape | undefined => {
    for (const child of childrenOf(node)) {
      const found = visit(child);
      if (found) return found;
    }
    return undefined;
  };
  return visit(parser.parse(expression).topNode);
}

function* childrenOf(node: SyntaxNode): Generator<SyntaxNode> {
  for (let child = node.firstChild; child; child = child.nextSibling) yield child;
}

function numberOf(expression: string, node: SyntaxNode): number | undefined {
  const value = Number(expression.slice(node.from, node.to).replace(/[\s()]/g, ''));
  return node.name === 'NumberDurationLiteral' || node.name === 'NumberLiteral' || node.name === 'UnaryExpr' || node.name === 'ParenExpr' ? (Number.isFinite(value) ? value : undefined) : undefined;
}

/** The longest range that the expression looks back over; a rule that names recorded series has none of its own. */
export function longestRangeMs(expression: string): number {
  let longest = 0;
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.name !== 'MatrixSelector' && node.name !== 'SubqueryExpr') return;
      const text = expression.slice(node.from, node.to);
      const range = /\[\s*([^\]:]+?)\s*(?::[^\]]*)?\]\s*$/.exec(text)?.[1];
      if (range) longest = Math.max(longest, durationMs(range));
    },
  });
  return longest;
}

/** `1h30m` in milliseconds; 0 for what is none. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.map(([, count, unit]) => Number(count) * UNIT_MS[unit!]!).reduce((sum, each) => sum + each, 0);
}

/** A rule over recorded series looks back over theirs; so long, where it is not known. */
const USUAL_RANGE_MS = 5 * MINUTE_MS;
/** The name of a recorded series says over what, by convention: `job:errors:rate5m`. */
const RECORDED_RANGE = /(?:rate|increase|ratio_rate|avg|p\d+_)(\d+(?:ms|[smhdwy]))\b/g;

/** How far before it went pending what a rule saw may have begun. */
export function reachMs(expression: string): number {
  const own = longestRangeMs(expression);
  if (own > 0) return own;
  return Math.max(0, ...[...expression.matchAll(RECORDED_RANGE)].map(([, range]) => durationMs(range!))) || USUAL_RANGE_MS;
}

/** The rule of an alert: of those with its name the one whose labels are all on the alert. Its text is Prometheus's own, never the message's. */
export async function ruleOf(source: MetricSource, labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<AlertingRule | undefined> {
  const { data } = await source.rules({ signal });
  return data.find(({ name, labels: own }) => name === labels.alertname && Object.entries(own).every(([key, value]) => labels[key] === value || value.includes('{{')));
}

/** Since when the condition held, as Prometheus itself remembers it; undefined where it does not. */
export async function pendingSince(source: MetricSource, labels: Readonly<Record<string, string>>, atMs: EpochMs, signal: AbortSignal): Promise<EpochMs | undefined> {
  const { data } = await source.instant(selector('ALERTS_FOR_STATE', [['alertname', '=', labels.alertname ?? '']]), atMs, { signal });
  const [since] = data.filter((series) => within(series, labels)).map(({ points }) => points[0]?.value ?? null);
  return since === null || since === undefined ? undefined : epochMs(Math.floor(secondsToMs(since)));
}

/** Whether a series has nothing but what the alert has too: external labels come on top of an alert's. */
export const within = (series: Series, labels: Readonly<Record<string, string>>): boolean => Object.entries(series.labels).every(([name, value]) => name === '__name__' || labels[name] === value);

export interface RuleGraph {
  readonly expression: string;
  readonly threshold: number | null;
  readonly operator: string | null;
  readonly holdMs: number;
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [number, number | null])[] }[];
  readonly partial: readonly string[];
}

const BEFORE_MS = 30 * MINUTE_MS;
const AFTER_MS = 15 * MINUTE_MS;
const MAX_SERIES = 10;
const POINTS = 240;

/** How the value of the rule went from half an hour before it was pending until now, or a quarter of an hour after its end. Undefined where the rule is not known. */
export async function ruleGraph(source: MetricSource, labels: Readonly<Record<string, string>>, pendingMs: EpochMs, endMs: EpochMs | null, nowMs: EpochMs, signal: AbortSignal): Promise<RuleGraph | undefined> {
  const rule = await ruleOf(source, labels, signal);
  if (!rule) return undefined;
  const shape = shapeOf(rule.query);
  const from = pendingMs - BEFORE_MS;
  const to = Math.min(nowMs, (endMs ?? nowMs) + AFTER_MS);
  const step = Math.max(5, Math.ceil((to - from) / 1000 / POINTS));
  const { data, partial } = await source.range(shape?.left ?? rule.query, { startNs: msToNs(from), endNs: msToNs(to) }, step, { signal });
  const own = data.filter((series) => within(series, labels));
  return {
    expression: rule.query,
    threshold: shape?.threshold ?? null,
    operator: shape?.operator ?? null,
    holdMs: rule.holdMs,
    series: (own.length ? own : data).slice(0, MAX_SERIES).map((series) => ({ name: nameOf(series), points: series.points.map(({ timeMs, value }) => [timeMs, value] as const) })),
    partial,
  };
}

const nameOf = ({ labels }: Series): string => Object.entries(labels).filter(([name]) => name !== '__name__').map(([, value]) => value).join(' ').slice(0, 120) || 'value';
