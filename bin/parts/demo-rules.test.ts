import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { promtool } from './debian';
import { shortened, writeDemoRules, type RuleFile } from './demo-rules';

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
  test('every alert has a severity, a summary and a runbook that is there', () => {
    for (const rule of read(name).groups.flatMap((group) => group.rules)) {
      if (!rule.alert) continue;
      expect(rule.labels?.severity).toMatch(/^(critical|warning|info|none)$/);
      expect(rule.annotations?.summary).toBeTruthy();
      expect(rule.annotations?.runbook_url).toBe(`https://runbooks.example.com/${rule.alert}`);
      expect(readdirSync(join(root, 'docs/runbooks'))).toContain(`${rule.alert}.md`);
    }
  });
  test('each fires where it should and does not where it should not', () => {
    const cases = parse(readFileSync(join(rules, 'tests', name), 'utf8')) as { tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[] };
    const tested = cases.tests.flatMap((each) => each.alert_rule_test);
    for (const { alert } of read(name).groups.flatMap((group) => group.rules)) {
      expect(tested.some((each) => each.alertname === alert && each.exp_alerts.length > 0), `${alert} fires`).toBe(true);
      // What always fires has no other case.
      if (alert !== 'Watchdog') expect(tested.some((each) => each.alertname === alert && each.exp_alerts.length === 0), `${alert} does not fire`).toBe(true);
    }
    expect(run(['test', 'rules', name], join(rules, 'tests'))).toMatchObject({ status: 0 });
  });
});
