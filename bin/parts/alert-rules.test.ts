import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments, parseDocument } from 'yaml';
import { promtool } from './debian';
import { parser } from '@prometheus-io/lezer-promql';
import { shapeOf } from '@/lib/telemetry/prometheus/expression';
import { DASHBOARDS } from '@/lib/dashboards/catalogue/catalogue';
import { MATCH_ALL } from '@/lib/dashboards/catalogue/parameters';
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
const run = (args: readonly string[], cwd = root) =>
  spawnSync(tool.path, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...tool.env } as NodeJS.ProcessEnv,
  });

test('only times are shorter: intervals, ranges, offsets, for and keep_firing_for', () => {
  const file = {
    groups: [
      {
        interval: '10m',
        rules: [
          {
            alert: 'A',
            expr: 'rate(x{path="/5m"}[5m]) > 3 * rate(x[1h] offset 1d) and y > 300',
            for: '5m',
            keep_firing_for: '10m',
            labels: { severity: 'critical' },
          },
        ],
      },
    ],
  };
  expect(shortened(file)).toEqual({
    groups: [
      {
        interval: '30s',
        rules: [
          {
            alert: 'A',
            expr: 'rate(x{path="/5m"}[30s]) > 3 * rate(x[180s] offset 4320s) and y > 300',
            for: '15s',
            keep_firing_for: '30s',
            labels: { severity: 'critical' },
          },
        ],
      },
    ],
  });
});

test('what the demo evaluates are the rules that are shipped, and Prometheus takes both', () => {
  writeDemoRules(root, folder);
  expect(readdirSync(folder).sort()).toEqual(files.map((name) => `rules-${name}`).sort());
  for (const args of [
    files.map((name) => join(rules, name)),
    files.map((name) => join(folder, `rules-${name}`)),
  ])
    expect(run(['check', 'rules', ...args])).toMatchObject({ status: 0 });
});

/** `slo.yaml` is tested by `slo.yaml` and `slo-days.yaml`. */
const testsOf = (name: string) =>
  readdirSync(join(rules, 'tests')).filter(
    (file) => file === name || file.startsWith(name.replace('.yaml', '-')),
  );

describe.each(files)('alert-rules/%s', (name) => {
  test('every alert has a severity, a summary, a runbook with what to do, and links', () => {
    for (const rule of read(name).groups.flatMap((group) => group.rules)) {
      if (!rule.alert) continue;
      expect(rule.labels?.severity).toMatch(/^(critical|warning|info|none)$/);
      expect(rule.annotations?.summary).toBeTruthy();
      expect(rule.annotations?.runbook_url).toBe(`https://runbooks.example.com/${rule.alert}`);
      expect(rule.annotations?.dashboard_url).toMatch(
        /^https:\/\/grafana\.example\.com\/d\/throughline-(application|runners|cluster|portal)(\?|$)/,
      );
      expect(rule.annotations?.portal_url).toBe(
        `https://throughline.example.com/alerts?q=${rule.alert}`,
      );
      const runbook = readFileSync(join(root, 'docs/runbooks', `${rule.alert}.md`), 'utf8');
      for (const heading of [
        `# ${rule.alert}`,
        '## Meaning',
        '## Impact',
        '## Diagnosis',
        '## Mitigation',
      ])
        expect(runbook).toContain(`${heading}\n`);
    }
  });
  test('each fires where it should and does not where it should not', () => {
    const own = testsOf(name);
    const tested = own.flatMap((file) =>
      (
        parse(readFileSync(join(rules, 'tests', file), 'utf8')) as {
          tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
        }
      ).tests.flatMap((each) => each.alert_rule_test),
    );
    for (const { alert } of read(name).groups.flatMap((group) => group.rules)) {
      if (!alert) continue;
      expect(
        tested.some((each) => each.alertname === alert && each.exp_alerts.length > 0),
        `${alert} fires`,
      ).toBe(true);
      // What always fires has no other case.
      if (alert !== 'Watchdog')
        expect(
          tested.some((each) => each.alertname === alert && each.exp_alerts.length === 0),
          `${alert} does not fire`,
        ).toBe(true);
    }
    expect(run(['test', 'rules', ...own], join(rules, 'tests'))).toMatchObject({ status: 0 });
  }, 60_000);
});

const panels = DASHBOARDS.flatMap(({ id, panels: own }) =>
  own.map((panel) => ({
    ...panel,
    name: `${id} ${panel.id}`,
    expression: String(panel.query(MATCH_ALL, 300)),
  })),
);
const allRules = files.flatMap((name) => read(name).groups.flatMap((group) => group.rules));

/** The metrics an expression names; undefined where it does not parse. */
function metricsOf(expression: string): string[] | undefined {
  const found: string[] = [];
  let broken = false;
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) broken = true;
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector')
        found.push(expression.slice(node.from, node.to));
    },
  });
  return broken ? undefined : found;
}

test('rules and panels name only metrics that something exports, and all of those', () => {
  const listed = new Set(
    Object.values(
      JSON.parse(readFileSync(join(rules, 'metrics.json'), 'utf8')) as Record<string, string[]>,
    ).flat(),
  );
  const recorded = new Set(allRules.flatMap(({ record }) => record ?? []));
  const used = new Set<string>();
  for (const { name, expression } of [
    ...allRules.map(({ alert, expr }) => ({ name: alert ?? 'a recording', expression: expr })),
    ...panels,
  ]) {
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
  const { 'The portal': listed } = JSON.parse(
    readFileSync(join(rules, 'metrics.json'), 'utf8'),
  ) as { 'The portal': string[] };
  const exported = await metrics().registry.metrics();
  for (const metric of listed)
    expect(exported).toContain(`# TYPE ${metric.replace(/_(total|count|bucket|sum)$/, '')}`);
});

test.each(panels.filter(({ threshold }) => threshold))(
  'panel $name is red where its alert fires',
  ({ threshold }) => {
    const rule = allRules.find(({ alert }) => alert === threshold!.alert);
    expect(rule, threshold!.alert).toBeDefined();
    expect(shapeOf(rule!.expr)?.threshold).toBe(threshold!.value);
  },
);

test.each(Object.entries(grafanaFiles()))('%s is what the catalogue makes', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

describe('the same alerts for those who have no Prometheus rules', () => {
  const text = (name: string) => readFileSync(join(rules, 'equivalents', name), 'utf8');
  interface GrafanaRule {
    readonly title: string;
    readonly for: string;
    readonly labels: { readonly severity: string };
    readonly annotations: { readonly runbook_url: string; readonly portal_impact: string };
    readonly data: readonly {
      readonly model: {
        readonly expr?: string;
        readonly conditions?: readonly {
          readonly evaluator: { readonly params: readonly number[] };
        }[];
      };
    }[];
  }
  interface Policy {
    readonly displayName: string;
    readonly userLabels: { readonly severity: string };
    readonly documentation: { readonly content: string };
    readonly conditions: readonly {
      readonly conditionPrometheusQueryLanguage?: {
        readonly query: string;
        readonly duration: string;
      };
    }[];
  }
  const ruleNamed = (name: string) => allRules.find(({ alert }) => alert === name);
  const seconds = (duration: string) =>
    Number.parseInt(duration, 10) * (duration.endsWith('m') ? 60 : 1);

  test('of Grafana: the same condition, the same threshold, for as long, with the same severity', () => {
    const { groups } = parse(text('grafana.yaml')) as { groups: { rules: GrafanaRule[] }[] };
    const own = groups.flatMap((group) => group.rules);
    expect(own.length).toBeGreaterThan(4);
    for (const { title, for: hold, labels, annotations, data } of own) {
      const rule = ruleNamed(title)!;
      expect(rule, title).toBeDefined();
      expect(seconds(hold)).toBe(seconds(rule.for!));
      expect(labels.severity).toBe(rule.labels!.severity);
      expect(annotations.runbook_url).toBe(rule.annotations!.runbook_url);
      expect(annotations.portal_impact).toBe(rule.annotations!.portal_impact);
      const named = metricsOf(data[0]!.model.expr!);
      expect(new Set(named)).toEqual(new Set(metricsOf(rule.expr)));
      // Of several conditions, the last is the one that has a number here.
      if (title !== 'RunnersExhausted')
        expect(data[1]!.model.conditions![0]!.evaluator.params[0]).toBe(
          shapeOf(rule.expr)!.threshold,
        );
    }
  });
  test('of Cloud Monitoring: what is PromQL there is the same PromQL', () => {
    const policies = parseAllDocuments(text('cloud-monitoring.yaml')).map(
      (document) => document.toJS() as Policy,
    );
    expect(policies.length).toBeGreaterThan(4);
    const bare = (expression: string) => expression.replace(/\s+/g, ' ').trim();
    for (const { displayName, userLabels, documentation, conditions } of policies) {
      expect(userLabels.severity).toMatch(/^(critical|warning)$/);
      expect(readdirSync(join(root, 'docs/runbooks'))).toContain(
        `${documentation.content.split('/').at(-1)}.md`,
      );
      const promql = conditions[0]!.conditionPrometheusQueryLanguage;
      const rule = ruleNamed(displayName);
      if (!promql || !rule) continue;
      expect(bare(promql.query)).toBe(bare(rule.expr));
      expect(seconds(promql.duration)).toBe(seconds(rule.for!));
    }
  });
  test('of CloudWatch: each tells when it is over too, has a severity the portal reads, and a runbook', () => {
    const { Resources } = parseDocument(text('cloudwatch.yaml'), { logLevel: 'silent' }).toJS() as {
      Resources: Record<
        string,
        {
          Type: string;
          Properties: {
            AlarmName: string;
            AlarmDescription: string;
            AlarmActions: unknown;
            OKActions: unknown;
            SignatureVersion?: string;
            RawMessageDelivery?: boolean;
          };
        }
      >;
    };
    const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(4);
    for (const {
      Properties: { AlarmName, AlarmDescription, AlarmActions, OKActions },
    } of alarms) {
      expect(AlarmDescription).toContain(`https://runbooks.example.com/${AlarmName}`);
      expect(AlarmDescription).toMatch(new RegExp(`^${ruleNamed(AlarmName)!.labels!.severity}:`));
      expect(OKActions).toEqual(AlarmActions);
    }
    expect(Resources.Topic!.Properties.SignatureVersion).toBe('2');
    expect(Resources.Subscription!.Properties.RawMessageDelivery).toBe(false);
  });
});

test('every image that is built on is pinned by what it is, not by its name', () => {
  const stages = new Set<string>();
  for (const [, image, , stage] of readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(
    /^FROM (\S+)( AS (\S+))?$/gm,
  )) {
    if (!stages.has(image!)) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
    if (stage) stages.add(stage);
  }
  expect(stages.size).toBeGreaterThan(2);
});
