import type { AlertingRule, MetricSource, RuleList, Series } from '@/lib/telemetry/model';
import { shapeOf } from '@/lib/telemetry/prometheus/expression';
import { selector } from '@/lib/telemetry/prometheus/promql';
import { epochMs, MINUTE_MS, msToNs, secondsToMs, type EpochMs } from '@/lib/time/units';
import type { RuleGraph } from './contract';

/**
 * The rule of an alert: of those with its name the one whose labels are all on the alert. Its text
 * is Prometheus's own, never the message's.
 */
export const ruleOf = (
  { alerting }: RuleList,
  labels: Readonly<Record<string, string>>,
): AlertingRule | undefined =>
  alerting.find(
    ({ name, labels: own }) =>
      name === labels.alertname &&
      Object.entries(own).every(([key, value]) => labels[key] === value || value.includes('{{')),
  );

/**
 * Since when the condition held, as Prometheus itself remembers it; undefined where it does not.
 */
export async function pendingSince(
  source: MetricSource,
  labels: Readonly<Record<string, string>>,
  atMs: EpochMs,
  signal: AbortSignal,
): Promise<EpochMs | undefined> {
  const { data } = await source.instant(
    selector('ALERTS_FOR_STATE', [['alertname', '=', labels.alertname ?? '']]),
    atMs,
    { signal },
  );
  const [since] = data
    .filter((series) => belongsToAlert(series, labels))
    .map(({ points }) => points[0]?.value ?? null);
  return since === null || since === undefined
    ? undefined
    : epochMs(Math.floor(secondsToMs(since)));
}

/**
 * Whether a series has nothing but what the alert has too: external labels come on top of an
 * alert's.
 */
export const belongsToAlert = (series: Series, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(series.labels).every(
    ([name, value]) => name === '__name__' || labels[name] === value,
  );

const BEFORE_MS = 30 * MINUTE_MS;
const AFTER_MS = 15 * MINUTE_MS;
const MAX_SERIES = 10;
const POINTS = 240;

/**
 * How the value of the rule went from half an hour before it was pending until now, or a quarter of
 * an hour after its end. Undefined where the rule is not known.
 */
export async function ruleGraph(
  source: MetricSource,
  labels: Readonly<Record<string, string>>,
  pendingMs: EpochMs,
  endMs: EpochMs | null,
  nowMs: EpochMs,
  signal: AbortSignal,
): Promise<RuleGraph | undefined> {
  const { data: rules } = await source.rules({ signal });
  const rule = ruleOf(rules, labels);
  if (!rule) return undefined;
  const shape = shapeOf(rule.query);
  const from = pendingMs - BEFORE_MS;
  const to = Math.min(nowMs, (endMs ?? nowMs) + AFTER_MS);
  const step = Math.max(5, Math.ceil((to - from) / 1000 / POINTS));
  const { data, partial } = await source.range(
    shape?.left ?? rule.query,
    { startNs: msToNs(from), endNs: msToNs(to) },
    step,
    { signal },
  );
  const own = data.filter((series) => belongsToAlert(series, labels));
  return {
    expression: rule.query,
    threshold: shape?.threshold ?? null,
    operator: shape?.operator ?? null,
    holdMs: rule.holdMs,
    series: (own.length ? own : data).slice(0, MAX_SERIES).map((series) => ({
      name: seriesName(series),
      points: series.points.map(({ timeMs, value }) => [timeMs, value] as const),
    })),
    partial: [...partial],
  };
}

const seriesName = ({ labels }: Series): string =>
  Object.entries(labels)
    .filter(([name]) => name !== '__name__')
    .map(([, value]) => value)
    .join(' ')
    .slice(0, 120) || 'value';
