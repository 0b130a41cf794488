import { stringify } from 'yaml';
import { grouped } from '@/lib/telemetry/prometheus/expression';
import type { Dashboard, Panel, Unit } from '../catalogue/panel';
import { patternsOf, type Selection } from '../catalogue/parameters';
import type { RuleDraft } from '../contract';
import { formatNumber, formatPromDuration } from './prom-format';
import { promtoolTest } from './promtool-test';
import { ruleQueryOf, type RuleInput } from './rule-input';

/** Placeholders, as in alert-rules/: a chart puts its own addresses there. */
const GRAFANA = 'https://grafana.example.com';
const PORTAL = 'https://throughline.example.com';
const RUNBOOKS = 'https://runbooks.example.com';
/**
 * Rules take rates over a fixed range, as those in alert-rules/ do; charts over what their step
 * needs.
 */
export const RULE_RATE_SECONDS = 300;

/** A rule that is ready to commit, and the promtool test that it fires and does not fire. Pure. */
export function draftRule(
  dashboard: Dashboard,
  panel: Panel,
  selection: Selection,
  input: RuleInput,
): Pick<RuleDraft, 'name' | 'expression' | 'rule' | 'test'> {
  const { query } = ruleQueryOf(panel);
  const operator = input.direction === 'above' ? '>' : '<';
  const figure = grouped(query(patternsOf(selection), RULE_RATE_SECONDS));
  const expression = `${figure} ${operator} ${formatNumber(input.threshold)}`;
  const annotations = {
    summary: summaryOf(panel, input),
    runbook_url: `${RUNBOOKS}/${input.name}`,
    dashboard_url: `${GRAFANA}/d/throughline-${dashboard.id}`,
    portal_url: `${PORTAL}/alerts?q=${input.name}`,
  };
  const group = toKebabCase(input.name);
  const rule = {
    alert: input.name,
    expr: expression,
    ...(input.holdSeconds > 0 && { for: formatPromDuration(input.holdSeconds) }),
    labels: { severity: input.severity },
    annotations,
  };
  const test = promtoolTest({ panel, selection, input, group, expression, annotations });
  return {
    name: input.name,
    expression,
    rule: stringify({ groups: [{ name: group, rules: [rule] }] }, { lineWidth: 0 }),
    test: stringify(test, { lineWidth: 0 }),
  };
}

/** CheckoutSlow -> checkout-slow */
const toKebabCase = (name: string): string =>
  name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

function summaryOf(panel: Panel, { direction, threshold, holdSeconds }: RuleInput): string {
  const { groupBy, unit } = ruleQueryOf(panel);
  const labels = groupBy.map((label) => `{{ $labels.${label} }}`);
  const subject = [panel.title, ...(labels.length > 0 ? ['of', ...labels] : [])].join(' ');
  const hold = holdSeconds > 0 ? ` for ${formatPromDuration(holdSeconds)}` : '';
  return `${subject}: ${direction} ${formatThreshold(threshold, unit)}${hold}.`;
}

function formatThreshold(value: number, unit: Unit): string {
  switch (unit) {
    case 'ratio':
      return `${formatNumber(value * 100)} %`;
    case 'seconds':
      return `${formatNumber(value)} s`;
    case 'per-second':
      return `${formatNumber(value)} a second`;
    case 'bytes':
      return `${formatNumber(value)} bytes`;
    case 'cores':
      return `${formatNumber(value)} cores`;
    case 'count':
      return formatNumber(value);
  }
}
