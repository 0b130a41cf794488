import { longestRangeMs } from '@/lib/telemetry/prometheus/expression';
import { quoted } from '@/lib/telemetry/prometheus/promql';
import { MINUTE_MS } from '@/lib/time/units';
import type { ExampleSeries } from '../catalogue/example-series';
import type { Panel, Unit } from '../catalogue/panel';
import { PARAMETER_NAMES, PARAMETERS, type Selection } from '../catalogue/parameters';
import { formatNumber } from './prom-format';
import { ruleQueryOf, type RuleInput } from './rule-input';

/** The rule that is tested. */
interface TestedRule {
  readonly panel: Panel;
  readonly selection: Selection;
  readonly input: RuleInput;
  /** The name of its group and of its file. */
  readonly group: string;
  readonly expression: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** When a test looks, in minutes from its start. */
interface Schedule {
  /** Until then the series are on the calm side of the threshold. */
  readonly calmMinutes: number;
  /** After that they are beyond it, for so long. */
  readonly breachMinutes: number;
  readonly quietAt: number;
  readonly firesAt: number;
}

/**
 * A test whose series stay on the calm side of the threshold, then go beyond it: the alert must be
 * quiet before, and fire after. Its times follow from the ranges in the expression and from the
 * hold time. Pure.
 */
export function promtoolTest(rule: TestedRule): object {
  const { panel, selection, input, group } = rule;
  const { groupBy, unit } = ruleQueryOf(panel);
  const [calm, breach] = valuesAroundThreshold(input, unit, panel.minimum ?? 0);
  const before = withSelection(panel.exampleSeries(calm), selection);
  const after = withSelection(panel.exampleSeries(breach), selection);
  const isAge = before.some(({ kind }) => kind === 'timestamp');
  const schedule = scheduleOf(rule, isAge);
  const labels = pickLabels(after[0], groupBy);
  return {
    rule_files: [`../${group}.yaml`],
    evaluation_interval: '1m',
    tests: [
      {
        name: `${input.name} fires ${input.direction} ${input.threshold}, and not before`,
        interval: '1m',
        input_series: inputSeries(before, after, schedule),
        alert_rule_test: [
          { eval_time: `${schedule.quietAt}m`, alertname: input.name, exp_alerts: [] },
          {
            eval_time: `${schedule.firesAt}m`,
            alertname: input.name,
            exp_alerts: [
              {
                exp_labels: { severity: input.severity, ...labels },
                exp_annotations: fillTemplates(rule.annotations, labels),
              },
            ],
          },
        ],
      },
    ],
  };
}

/** An age only grows: it is beyond any threshold once enough time has passed, and never before. */
function scheduleOf({ expression, input }: TestedRule, isAge: boolean): Schedule {
  const reach = Math.ceil(longestRangeMs(expression) / MINUTE_MS) + 2;
  const hold = Math.ceil(input.holdSeconds / 60) + 1;
  return {
    calmMinutes: reach,
    breachMinutes: reach + hold + 1,
    quietAt: isAge ? 0 : reach,
    firesAt: isAge ? Math.ceil(input.threshold / 60) + hold + 1 : reach + reach + hold,
  };
}

/** The labels that the alert carries. */
const pickLabels = (
  example: ExampleSeries | undefined,
  groupBy: readonly string[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(example?.labels ?? {})
      .filter(([label]) => groupBy.includes(label))
      .toSorted(([a], [b]) => groupBy.indexOf(a) - groupBy.indexOf(b)),
  );

/** The annotations as Prometheus renders them. */
const fillTemplates = (
  annotations: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(annotations).map(([name, template]) => [
      name,
      template.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? ''),
    ]),
  );

/** Example series of what is selected: the rule looks at nothing else. */
function withSelection(examples: readonly ExampleSeries[], selection: Selection): ExampleSeries[] {
  const overrides = new Map<string, string>();
  for (const name of PARAMETER_NAMES) {
    const [value] = selection[name] ?? [];
    if (value === undefined) continue;
    for (const [label, toLabelValue] of Object.entries(PARAMETERS[name].exampleLabels))
      overrides.set(label, toLabelValue(value));
  }
  return examples.map((example) => ({
    ...example,
    labels: Object.fromEntries(
      Object.entries(example.labels).map(([label, value]) => [
        label,
        overrides.get(label) ?? value,
      ]),
    ),
  }));
}

/** A value on the calm side of the threshold, and one beyond it, that the figure can have. */
function valuesAroundThreshold(
  { threshold, direction }: RuleInput,
  unit: Unit,
  minimum: number,
): readonly [calm: number, breach: number] {
  const half = Math.abs(threshold) / 2;
  const step = unit === 'count' ? Math.max(1, Math.ceil(half)) : half || 0.5;
  // A ratio does not exceed one.
  const higher = unit === 'ratio' && threshold < 1 ? (1 + threshold) / 2 : threshold + step;
  const lower = Math.max(minimum, threshold - step);
  if (direction === 'below') return [higher, lower];
  return [lower, unit === 'count' ? Math.floor(higher) : higher];
}

/** The same series through both phases; one that is in one phase only begins or ends there. */
function inputSeries(
  before: readonly ExampleSeries[],
  after: readonly ExampleSeries[],
  schedule: Schedule,
): { readonly series: string; readonly values: string }[] {
  const find = (examples: readonly ExampleSeries[], series: string) =>
    examples.find((example) => seriesSelector(example) === series);
  const names = new Set([...before, ...after].map(seriesSelector));
  return [...names].map((series) => ({
    series,
    values: promtoolValues(find(before, series), find(after, series), schedule),
  }));
}

function seriesSelector({ metric, labels }: ExampleSeries): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`);
  return `${metric}{${matchers.join(', ')}}`;
}

/**
 * Both phases in promtool's notation: `_` where a series is not there yet, `stale` where it ends.
 */
function promtoolValues(
  before: ExampleSeries | undefined,
  after: ExampleSeries | undefined,
  { calmMinutes, breachMinutes, firesAt }: Schedule,
): string {
  switch ((after ?? before)!.kind) {
    case 'timestamp':
      return `0x${firesAt}`;
    case 'gauge': {
      const first = before
        ? `${formatNumber(before.value)}x${calmMinutes}`
        : `_x${calmMinutes + 1}`;
      const second = after
        ? `${formatNumber(after.value)}x${breachMinutes}`
        : `stale _x${breachMinutes}`;
      return `${first} ${second}`;
    }
    case 'counter': {
      const slow = (before?.value ?? 0) * 60;
      const fast = (after?.value ?? 0) * 60;
      const first = growth(0, slow, calmMinutes);
      return `${first} ${growth(slow * calmMinutes + fast, fast, breachMinutes)}`;
    }
  }
}

const growth = (from: number, perMinute: number, minutes: number): string =>
  `${formatNumber(from)}+${formatNumber(perMinute)}x${minutes}`;
