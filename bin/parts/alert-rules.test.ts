import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { promtool } from './debian';
import { parser } from '@prometheus-io/lezer-promql';
import { shapeOf } from '@/lib/alerts/rule';
import { DASHBOARDS, type Chosen } from '@/lib/dashboards/catalogue';
import { metrics } from '@/lib/observability/metrics';
import { shortened, writeDemoRules, type RuleFile } from './demo-rules';
import { grafanaFiles } from './grafana';

const root = resolve(import.meta.dirname, '../..');
const rules = join(root, 'alert-rules');
const files = readdirSync(rules).filter((name) => name.endsWith('.yaml'));
const read = (name: string) => parse(readFileSync(join(rules, name), 'utf8')) as RuleFile;
const folder = mkdtempSync(join(tmpdir(), 'throughline-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tool = promtool(join(root, '.cache'));
const run = (args: readonly string[], cwd = root) => spawnSync(tool.path, args, { cwd, encoding: 'utf8', env: { ...process.env, ...tool.env } as NodeJS.ProcessEnv });

test('only times are shorter: ranges, offsets, for and keep_firing_for', () => {
  const file = { groups: [{ rules: [{ alert: 'A', expr: 'rate(x{path="/5m"}[5m]) > 3 * rate(x[1h] offset 1d) and y > 300', for: '5m', keep_firing_for: '10m', labels: { severity: 'critical' } }] }] };
  expect(shortened(file)).toEqual({ groups: [{ rules: [{ alert: 'A', expr: 'rate(x{path="/5m"}[30s]) > 3 * rate(x[180s] offset 4320s) and y > 300', for: '15s', keep_firing_for: '30s', labels: { severity: 'critical' } }] }] });
});

test('what the demo evaluates are the rules that are shipped, and Prometheus takes both', () => {
  writeDemoRules(root, folder);
  expect(readdirSync(folder).sort()).toEqual(files.map((name) => `rules-${name}`).sort());
  for (const args of [files.map((name) => join(rules, name)), files.map((name) => join(folder, `rules-${name}`))]) expect(run(['check', 'rules', ...args])).toMatchObject({ status: 0 });
});

describe.each(files)('alert-rules/%s', (name) => {
  test('every alert has a severity, a summary, a runbook that is there and says what to do, and links to dashboard and portal', () => {
    for (const rule of read(name).groups.flatMap((group) => group.rules)) {
      if (!rule.alert) continue;
      expect(rule.labels?.severity).toMatch(/^(critical|warning|info|none)$/);
      expect(rule.annotations?.summary).toBeTruthy();
      expect(rule.annotations?.runbook_url).toBe(`https://runbooks.example.com/${rule.alert}`);
      expect(rule.annotations?.dashboard_url).toMatch(/^https:\/\/grafana\.example\.com\/d\/throughline-(application|runners|cluster|portal)(\?|$)/);
      expect(rule.annotations?.portal_url).toBe(`https://throughline.example.com/alerts?q=${rule.alert}`);
      const runbook = readFileSync(join(root, 'docs/runbooks', `${rule.alert}.md`), 'utf8');
      for (const heading of [`# ${rule.alert}`, '## Meaning', '## Impact', '## Diagnosis', '## Mitigation']) expect(runbook).toContain(`${heading}\n`);
    }
  });
  test('each fires where it should and does not where it should not', () => {
    const cases = parse(readFileSync(join(rules, 'tests', name), 'utf8')) as { tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[] };
    const tested = cases.tests.flatMap((each) => each.alert_rule_test);
    for (const { alert } of read(name).groups.flatMap((group) => group.rules)) {
      if (!alert) continue;
      expect(tested.some((each) => each.alertname === alert && each.exp_alerts.length > 0), `${alert} fires`).toBe(true);
      // What always fires has no other case.
      if (alert !== 'Watchdog') expect(tested.some((each) => each.alertname === alert && each.exp_alerts.length === 0), `${alert} does not fire`).toBe(true);
    }
    expect(run(['test', 'rules', name], join(rules, 'tests'))).toMatchObject({ status: 0 });
    // Days of an error budget are thousands of evaluations.
  }, 60_000);
});

const ANY: Chosen = { service: '.*', scaleSet: '.*', namespace: '.*', node: '.*' };
const panels = DASHBOARDS.flatMap(({ id, panels: own }) => own.map((panel) => ({ ...panel, name: `${id} ${panel.id}`, expression: String(panel.query(ANY, 300)) })));
const allRules = files.flatMap((name) => read(name).groups.flatMap((group) => group.rules));

/** The metrics an expression names; undefined where it does not parse. */
function metricsOf(expression: string): string[] | undefined {
  const found: string[] = [];
  let broken = false;
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) broken = true;
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') found.push(expression.slice(node.from, node.to));
    },
  });
  return broken ? undefined : found;
}

test('every expression of rules and panels parses and names only metrics that something is listed to export, and the list has no other', () => {
  const listed = new Set(Object.values(JSON.parse(readFileSync(join(rules, 'metrics.json'), 'utf8')) as Record<string, string[]>).flat());
  const recorded = new Set(allRules.flatMap(({ record }) => record ?? []));
  const used = new Set<string>();
  for (const { name, expression } of [...allRules.map(({ alert, expr }) => ({ name: alert ?? 'a recording', expression: expr })), ...panels]) {
    const named = metricsOf(expression);
    expect(named, `${name} parses`).toBeDefined();
    for (const metric of named!) {
      if (recorded.has(metric)) continue;
      used.add(metric);
      expect(listed.has(metric), `${name} names ${metric}`).toBe(true);
    }
  }
  // What Grafana lists to choose from.
  used.add('node_uname_info');
  expect([...listed].filter((metric) => !used.has(metric))).toEqual([]);
});

test('what the portal is listed to export, it exports', async () => {
  const { 'The portal': listed } = JSON.parse(readFileSync(join(rules, 'metrics.json'), 'utf8')) as { 'The portal': string[] };
  const exported = await metrics().registry.metrics();
  for (const metric of listed) expect(exported).toContain(`# TYPE ${metric.replace(/_(total|count|bucket|sum)$/, '')}`);
});

test.each(panels.filter(({ threshold }) => threshold))('panel $name is red where its alert fires', ({ threshold }) => {
  const rule = allRules.find(({ alert }) => alert === threshold!.alert);
  expect(rule, threshold!.alert).toBeDefined();
  expect(shapeOf(rule!.expr)?.threshold).toBe(threshold!.value);
});

test.each(Object.entries(grafanaFiles()))('%s is what the catalogue makes', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});
