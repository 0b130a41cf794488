import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { render, type Rendered } from './render';
import { promtool } from '../debian';
import { cache, cases, folder, objectsOf, ours, root, stack } from './rendered-charts.fixture';

describe('rules as they are rendered', () => {
  const tool = promtool(cache);
  /** What it says when it fails, or nothing. */
  const run = (args: readonly string[], cwd: string) => {
    const { status, signal, error, stdout, stderr } = spawnSync(tool.path, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...tool.env } as NodeJS.ProcessEnv,
    });
    return status === 0 ? '' : `${status ?? signal ?? error?.message}: ${stdout}${stderr}`;
  };
  const inner: Readonly<Record<string, (object: Rendered) => unknown>> = {
    PrometheusRule: ({ spec }) => spec,
    ClusterRules: ({ spec }) => spec,
    RuleGroupsNamespace: ({ spec }) => parse(String(spec!.configuration)),
  };
  test.each([
    ['default-values.yaml', 'PrometheusRule'],
    ['google-values.yaml', 'ClusterRules'],
    ['amazon-values.yaml', 'RuleGroupsNamespace'],
  ])(
    '%s: every %s is what Prometheus takes, and fires and does not fire as the tests say',
    (values, kind) => {
      const own = join(folder, `rules-${kind}`);
      const tests = join(own, 'tests');
      mkdirSync(tests, { recursive: true });
      const objects = render(cache, folder, 'throughline', [
        join(root, 'helm/throughline/ci', values),
      ]).filter((object) => object.kind === kind);
      const components = objects.map((object) => {
        const component = object.metadata.name.replace('throughline-', '');
        writeFileSync(join(own, `${component}.yaml`), stringify(inner[kind]!(object)));
        for (const name of readdirSync(join(root, 'alert-rules/tests')))
          if (name === `${component}.yaml` || name.startsWith(`${component}-`))
            cpSync(join(root, 'alert-rules/tests', name), join(tests, name));
        return component;
      });
      expect(components.sort()).toEqual([
        'application',
        'portal',
        'resources',
        'runners',
        'slo',
        'telemetry',
        'tracing',
        'watchdog',
      ]);
      expect(
        run(['check', 'rules', ...components.map((each) => join(own, `${each}.yaml`))], own),
      ).toBe('');
      expect(run(['test', 'rules', ...readdirSync(tests)], tests)).toBe('');
    },
  );
  test('Google and Amazon get no field that their objects do not know', () => {
    // Rule of monitoring.googleapis.com/v1 (GoogleCloudPlatform/prometheus-engine,
    // pkg/operator/apis/monitoring/v1/rules_types.go).
    const known = ['record', 'alert', 'expr', 'for', 'labels', 'annotations'];
    for (const [values, kind] of [
      ['google-values.yaml', 'ClusterRules'],
      ['amazon-values.yaml', 'RuleGroupsNamespace'],
    ] as const) {
      const groups = render(cache, folder, 'throughline', [
        join(root, 'helm/throughline/ci', values),
      ])
        .filter((object) => object.kind === kind)
        .flatMap((object) => (inner[kind]!(object) as { groups: { rules: object[] }[] }).groups);
      expect(
        new Set(
          groups
            .flatMap(({ rules }) => rules.flatMap((rule) => Object.keys(rule)))
            .filter((key) => !known.includes(key)),
        ),
      ).toEqual(new Set());
      expect(groups.length).toBeGreaterThan(7);
    }
  });
  test('links lead to this installation', () => {
    const text = JSON.stringify(
      objectsOf(
        cases.find(
          ({ chart, name }) => chart === 'throughline' && name === 'everything-values.yaml',
        )!,
      ).filter(({ kind }) => kind === 'PrometheusRule'),
    );
    expect(text).not.toMatch(/(throughline|grafana|runbooks)\.example\.com/);
    expect(text).toContain('"https://wiki.shop.example/runbooks/ServiceErrorRatioHigh.md"');
    expect(text).toContain('https://portal.shop.example/alerts?q=');
    // And so do those of Grafana and Alertmanager, in the stack.
    expect(JSON.stringify(stack('everything-values.yaml'))).not.toContain(
      'throughline.example.com',
    );
  });
  test("with managed Prometheus of Google, what only the stack's own Prometheus has is evaluated there", () => {
    const objects = stack('values-gke-managed.yaml');
    const names = (kind: string) =>
      objects
        .filter((object) => object.kind === kind && ours(object))
        .map(({ metadata }) => metadata.name.replace('throughline-', ''))
        .sort();
    expect(names('PrometheusRule')).toEqual([
      'application',
      'runners',
      'slo',
      'telemetry',
      'tracing',
    ]);
    expect(names('ClusterRules')).toEqual(['portal', 'resources', 'watchdog']);
  });
});
