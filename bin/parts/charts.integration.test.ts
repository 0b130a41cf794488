import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readMessage } from '@/lib/alerts/sources/alertmanager';
import { epochMs } from '@/lib/time/units';
import { missing, type Known } from './chart-graph';
import { prepareCharts, render, runHelm, type ChartName, type Rendered } from './charts';
import { alertmanager, amtool, promtool } from './debian';
import { faultsOf } from './kubernetes-types';
import { freePort, Processes, waitFor } from './processes';

/**
 * The charts, rendered by a real Helm. Their dependencies are empty stand-ins; with CHARTS_FOLDER set to a folder of the real ones (unpacked, by
 * name) everything here runs against those, and what is known of them (dependencies.json) is held against what they render.
 */
const root = resolve(import.meta.dirname, '../..');
const cache = join(root, '.cache');
const folder = mkdtempSync(join(tmpdir(), 'throughline-charts-'));
const { CHARTS_FOLDER } = process.env;
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => prepareCharts(root, folder, CHARTS_FOLDER), 120_000);

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'dependencies.json'), 'utf8'),
) as Record<string, number[]>;
/** Secrets that docs/install.md has somebody make, and those of the values below. */
const SECRETS: Known['secrets'] = {
  throughline: [
    'database-url',
    'database-ca',
    'metrics-token',
    'admin-password',
    'postgres-password',
    'otlp-token',
    'smtp-url',
    'tempo-token',
    'loki-token',
    'prometheus-token',
  ],
  'throughline-webhook': ['webhook-token'],
  'throughline-grafana': ['admin-user', 'admin-password'],
  'alert-receivers': [
    'smtp-password',
    'slack-url',
    'hook-token',
    'pagerduty-routing-key',
    'opsgenie-api-key',
  ],
  channels: ['alert-channels.json', 'alert-sources.json'],
  // Made by a job of the operator's chart.
  'monitoring-admission': ['cert', 'key', 'ca'],
};

const image = 'throughline: { image: { repository: images.example.com/throughline } }\n';
const cases: readonly {
  readonly chart: ChartName;
  readonly name: string;
  readonly values: readonly string[];
}[] = [
  ...(['throughline', 'stack'] as const).flatMap((chart) =>
    readdirSync(join(root, 'helm', chart, 'ci')).map((name) => ({
      chart,
      name,
      values: [join(root, 'helm', chart, 'ci', name)],
    })),
  ),
  ...[['gke'], ['gke', 'gke-managed'], ['eks'], ['eks', 'eks-managed']].map((names) => ({
    chart: 'stack' as const,
    name: `values-${names.at(-1)}.yaml`,
    values: [
      join(root, 'helm/stack/ci/default-values.yaml'),
      ...names.map((name) => join(root, `helm/stack/values-${name}.yaml`)),
    ],
  })),
];
const ours = ({ source }: Rendered) =>
  source.startsWith('stack/templates/') ||
  source.startsWith('throughline/templates/') ||
  source.startsWith('stack/charts/throughline/templates/');
const rendered = new Map<string, Rendered[]>();
/** Rendered once a case. */
function of({ chart, name, values }: (typeof cases)[number]): Rendered[] {
  const known = rendered.get(`${chart} ${name}`) ?? render(cache, folder, chart, values);
  rendered.set(`${chart} ${name}`, known);
  return known;
}
const named = (objects: readonly Rendered[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
const stack = (name: string) =>
  of(cases.find((each) => each.chart === 'stack' && each.name === name)!);

describe.each(cases)('$chart with $name', (each) => {
  test('Helm lints it without a warning and renders it', () => {
    const { status, stdout, stderr } = runHelm(
      cache,
      ['lint', '--strict', each.chart, ...each.values.flatMap((file) => ['--values', file])],
      folder,
    );
    expect(`${stdout}${stderr}`).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(status).toBe(0);
    expect(of(each).length).toBeGreaterThan(10);
  });
  test('every object of ours is one by the types of Kubernetes, and has no field that is not known', async () => {
    let checked = 0;
    for (const object of of(each).filter(ours)) {
      const faults = await faultsOf(object);
      // Google's and Amazon's objects are in no package of types.
      // (What of Google's can be refused is held below.)
      if (faults === undefined)
        expect(object.apiVersion).toMatch(
          /^(networking\.gke\.io|monitoring\.googleapis\.com|prometheusservice\.services\.k8s\.aws)\//,
        );
      else expect(faults, `${object.source} ${object.metadata.name}`).toEqual([]);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(10);
  });
  test('every Service, port, label, Secret key, ConfigMap and account that one object names is there', () => {
    // What stands outside of the stack by intention.
    const outside = {
      'sigv4-proxy': [8005],
      ...(each.chart === 'throughline'
        ? {
            alertmanager: [9093],
            prometheus: [9090],
            tempo: [3200],
            loki: [3100],
            frontend: [9090],
            'collector-gateway': [4318],
            'throughline-postgres': [5432],
          }
        : {}),
    };
    const known = {
      services: CHARTS_FOLDER ? outside : { ...recorded, ...outside },
      secrets: SECRETS,
    };
    expect(missing(of(each), known, ours)).toEqual([]);
  });
  test('every pod is restricted: no root, no new privileges, read-only, no token it does not need', () => {
    for (const object of of(each).filter(ours)) {
      const spec = (
        object.kind === 'Pod'
          ? object.spec
          : (object.spec?.template as { spec?: object } | undefined)?.spec
      ) as
        | {
            securityContext?: { runAsNonRoot?: boolean; seccompProfile?: object };
            automountServiceAccountToken?: boolean;
            containers?: { securityContext?: object }[];
          }
        | undefined;
      if (!spec?.containers) continue;
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.automountServiceAccountToken).toBe(false);
      for (const container of spec.containers)
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
  });
});

test.each<[string, ChartName, string]>([
  ['a key that is not known', 'throughline', 'replicas=3'],
  ['a typo in a nested key', 'throughline', 'roles.web.replica=3'],
  ['a wrong type', 'throughline', 'roles.web.replicas=many'],
  ['a source that is none', 'throughline', 'sources.traces.kind=jaeger'],
  ['a webhook token of the wrong place', 'throughline', 'secrets.webhookToken.name=a'],
  ['an evaluator of rules that is none', 'throughline', 'monitoring.kind=thanos'],
  ['rules that are not there', 'throughline', 'monitoring.rules={applications}'],
  ['an embedded source without a token', 'throughline', 'sources.logs.kind=embedded'],
  [
    'a topic of SNS without a way to its certificate',
    'throughline',
    'alertSources[0].kind=amazon-sns',
  ],
  ['no image', 'throughline', 'image.repository='],
  ['a typo in the portal below the stack', 'stack', 'throughline.publicURL=https://a.example'],
  ['a key that is not known to the stack', 'stack', 'loky.enabled=false'],
  ['an address without a port', 'stack', 'global.addresses.gateway=collector'],
  ['a typo in an address', 'stack', 'global.addresses.prometeus=http://a:1'],
  ['a receiver that is not there', 'stack', 'routing.severities.critical={phone}'],
  ['a receiver of no kind', 'stack', 'routing.receivers.a.kind=pager'],
  ['a share over everything', 'stack', 'global.collector.keepPercent=120'],
])('%s fails', (_, chart, set) => {
  expect(() =>
    render(cache, folder, chart, [join(root, 'helm', chart, 'ci/default-values.yaml')], [set]),
  ).toThrow();
});

test('a receiver whose Secret Alertmanager does not mount fails, and says where to put it', () => {
  const values = join(folder, 'unmounted.yaml');
  writeFileSync(
    values,
    `${image}routing: { secret: alert-receivers, severities: { critical: [chat] }, receivers: { chat: { kind: slack, key: slack-url } } }\n`,
  );
  expect(() => render(cache, folder, 'stack', [values])).toThrow('alertmanagerSpec.secrets');
});

test('every object of an address is typed once', () => {
  const text = readFileSync(join(root, 'helm/stack/values.yaml'), 'utf8');
  const { global } = parse(text, { maxAliasCount: -1, merge: true }) as {
    global: { addresses: Record<string, string> };
  };
  const templates = readdirSync(join(root, 'helm/stack/templates'), {
    recursive: true,
    encoding: 'utf8',
  })
    .filter((name) => /\.(yaml|tpl)$/.test(name))
    .map((name) => readFileSync(join(root, 'helm/stack/templates', name), 'utf8'))
    .join('\n');
  for (const [name, address] of Object.entries(global.addresses)) {
    expect(
      text.match(new RegExp(`${address.replaceAll('.', '\\.')}(?![\\w/])`, 'g')),
      name,
    ).toHaveLength(1);
    expect(templates).not.toContain(address);
  }
});

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
    // Rule of monitoring.googleapis.com/v1 (GoogleCloudPlatform/prometheus-engine, pkg/operator/apis/monitoring/v1/rules_types.go).
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
      of(
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

describe('Alertmanager as it is rendered', () => {
  const tool = amtool(cache);
  const run = (args: readonly string[]) =>
    spawnSync(tool.path, args, {
      encoding: 'utf8',
      env: { ...process.env, ...tool.env } as NodeJS.ProcessEnv,
    });
  const configurations = [
    'default-values.yaml',
    'email-values.yaml',
    'chat-values.yaml',
    'webhook-values.yaml',
    'phone-values.yaml',
  ];
  const file = (name: string) => join(folder, `alertmanager-${name}`);
  beforeAll(() => {
    for (const name of configurations)
      writeFileSync(
        file(name),
        named(stack(name), 'Secret', 'throughline-alertmanager')!.stringData!['alertmanager.yaml']!,
      );
  }, 60_000);

  test.each(configurations)('%s: amtool takes it', (name) => {
    expect(run(['check-config', file(name)])).toMatchObject({ status: 0 });
  });
  test.each([
    ['default-values.yaml', 'severity=critical', 'portal'],
    ['default-values.yaml', 'severity=warning', 'portal'],
    ['email-values.yaml', 'severity=critical', 'portal,critical'],
    ['email-values.yaml', 'severity=warning', 'portal,warning'],
    ['email-values.yaml', 'severity=info', 'portal'],
    ['chat-values.yaml', 'severity=critical', 'portal,critical'],
    ['chat-values.yaml', 'severity=info', 'portal,info'],
    ['webhook-values.yaml', 'severity=warning', 'portal,warning'],
    ['phone-values.yaml', 'severity=critical', 'portal,critical'],
    ['phone-values.yaml', 'alertname=Watchdog', 'portal'],
    ['phone-values.yaml', 'severity=none', 'portal'],
    ['phone-values.yaml', 'alertname=InfoInhibitor', 'nobody'],
  ])('%s: %s goes to %s', (name, label, receivers) => {
    const { status, stderr, stdout } = run([
      'config',
      'routes',
      'test',
      `--config.file=${file(name)}`,
      `--verify.receivers=${receivers}`,
      label,
    ]);
    expect(`${stdout}${stderr}`).toContain(receivers);
    expect(status).toBe(0);
  });
  test('who is on call is reached by everything the severity is for', () => {
    const { receivers } = parse(readFileSync(file('phone-values.yaml'), 'utf8')) as {
      receivers: Record<string, unknown>[];
    };
    expect(Object.keys(receivers.find(({ name }) => name === 'critical')!).sort()).toEqual([
      'name',
      'opsgenie_configs',
      'pagerduty_configs',
      'slack_configs',
    ]);
  });

  test('one cause is told once: what follows from another alert is suppressed, and only that', async () => {
    const processes = new Processes(join(folder, 'alertmanager'), () => {});
    try {
      const port = await freePort();
      const { path, env, cwd } = alertmanager(cache);
      processes.start({
        name: 'alertmanager',
        command: path,
        args: [
          `--config.file=${file('phone-values.yaml')}`,
          `--storage.path=${join(folder, 'alertmanager-data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--cluster.listen-address=',
          '--log.level=error',
        ],
        ...(cwd ? { cwd } : {}),
        env: { ...process.env, ...env },
      });
      const url = `http://127.0.0.1:${port}`;
      await waitFor('Alertmanager', `${url}/-/ready`, processes.logOf('alertmanager'));
      const alert = (alertname: string, labels: Record<string, string>) => ({
        labels: { alertname, ...labels },
        startsAt: new Date().toISOString(),
      });
      const pod = { namespace: 'shop', pod: 'payments-7c', container: 'payments' };
      await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([
          alert('ServiceErrorRatioHigh', { service: 'checkout', severity: 'critical' }),
          alert('ErrorBudgetBurnsFast', { service: 'checkout', severity: 'critical' }),
          alert('ErrorBudgetBurnsSlowly', { service: 'checkout', severity: 'warning' }),
          alert('DependencyFailing', {
            service: 'checkout',
            client: 'checkout',
            server: 'inventory',
            severity: 'warning',
          }),
          alert('ErrorBudgetBurnsSlowly', { service: 'payments', severity: 'warning' }),
          alert('ContainerOutOfMemory', { ...pod, severity: 'warning' }),
          alert('ContainerRestarts', { ...pod, severity: 'warning' }),
          alert('ContainerRestarts', { ...pod, pod: 'checkout-1', severity: 'warning' }),
          alert('RunnerListenerDown', { name: 'arc-x64', severity: 'critical' }),
          alert('RunnersExhausted', { name: 'arc-x64', namespace: 'ci', severity: 'warning' }),
          alert('RunnersExhausted', { name: 'arc-arm', namespace: 'ci', severity: 'warning' }),
          alert('CollectorExportFailing', {
            job: 'gateway',
            exporter: 'loki',
            severity: 'warning',
          }),
          alert('PortalCanaryMissing', { signal: 'logs', severity: 'warning' }),
          alert('Watchdog', { severity: 'none' }),
        ]),
      });
      const current = (await (await fetch(`${url}/api/v2/alerts`)).json()) as {
        labels: Record<string, string>;
        status: { state: string };
      }[];
      const quiet = current
        .filter(({ status }) => status.state === 'suppressed')
        .map(({ labels: { alertname, service, pod: of, name } }) =>
          [alertname, service ?? of ?? name].filter(Boolean).join(' '),
        );
      expect(quiet.sort()).toEqual([
        'ContainerRestarts payments-7c',
        'DependencyFailing checkout',
        'ErrorBudgetBurnsFast checkout',
        'ErrorBudgetBurnsSlowly checkout',
        'PortalCanaryMissing',
        'RunnersExhausted arc-x64',
      ]);
    } finally {
      await processes.end();
    }
  });
});

test("what Amazon's alert manager is told to send is a message that the portal reads, whatever stands in its labels", () => {
  const own = join(folder, 'amazon');
  mkdirSync(own);
  const definition = render(cache, folder, 'throughline', [
    join(root, 'helm/throughline/ci/amazon-values.yaml'),
  ]).find(({ kind }) => kind === 'AlertManagerDefinition')!;
  // Amazon's refuses nothing here, and loads nothing that is not named.
  const { alertmanager_config: config, template_files: templates } = parse(
    String(definition.spec!.configuration),
  ) as { alertmanager_config: string; template_files: Record<string, string> };
  expect((parse(config) as { templates: string[] }).templates).toEqual(Object.keys(templates));
  const [sns] = (parse(config) as { receivers: { sns_configs: { message: string }[] }[] })
    .receivers[0]!.sns_configs;
  writeFileSync(join(own, 'throughline.tmpl'), templates['throughline.tmpl']!);
  const labels = { alertname: 'NodeCpuHigh', instance: 'pool-a-3', quoted: 'say "no" \\ or <b>' };
  const alert = {
    status: 'firing',
    labels,
    annotations: { summary: 'busy: 90%\nfor long' },
    startsAt: '2026-11-22T14:00:00.5Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: 'b5d3c3a1f0a1d2e3',
  };
  writeFileSync(
    join(own, 'data.json'),
    JSON.stringify({
      receiver: 'portal',
      status: 'firing',
      alerts: [
        alert,
        { ...alert, status: 'resolved', endsAt: '2026-11-22T14:05:00Z', fingerprint: 'c' },
      ],
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: '',
    }),
  );
  const tool = amtool(cache);
  const { stdout, stderr, status } = spawnSync(
    tool.path,
    [
      'template',
      'render',
      `--template.glob=${join(own, '*.tmpl')}`,
      `--template.text=${sns!.message}`,
      `--template.data=${join(own, 'data.json')}`,
    ],
    { encoding: 'utf8', env: { ...process.env, ...tool.env } as NodeJS.ProcessEnv },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { observations, rejected } = readMessage(JSON.parse(stdout), epochMs(0));
  expect(rejected).toEqual([]);
  expect(observations).toMatchObject([
    {
      firing: true,
      fingerprint: 'b5d3c3a1f0a1d2e3',
      startMs: Date.UTC(2026, 10, 22, 14, 0, 0, 500),
      labels,
      annotations: { summary: 'busy: 90%\nfor long' },
    },
    { firing: false, endMs: Date.UTC(2026, 10, 22, 14, 5) },
  ]);
});

describe('collectors as they are rendered', () => {
  interface Collector {
    readonly receivers: object;
    readonly processors: object;
    readonly exporters: object;
    readonly extensions: object;
    readonly service: {
      readonly extensions: string[];
      readonly pipelines: Record<
        string,
        { receivers: string[]; processors: string[]; exporters: string[] }
      >;
    };
  }
  const collector = (values: string, name: string) =>
    parse(named(stack(values), 'ConfigMap', `collector-${name}`)!.data!.relay!) as Collector;
  test.each(['agent', 'gateway', 'cluster'])(
    '%s: every component that a pipeline names is there, and none is idle',
    (name) => {
      const { receivers, processors, exporters, extensions, service } = collector(
        'everything-values.yaml',
        name,
      );
      const used = (part: 'receivers' | 'processors' | 'exporters') =>
        [...new Set(Object.values(service.pipelines).flatMap((pipeline) => pipeline[part]))].sort();
      expect(used('receivers')).toEqual(Object.keys(receivers).sort());
      expect(used('processors')).toEqual(Object.keys(processors).sort());
      expect(used('exporters')).toEqual(Object.keys(exporters).sort());
      expect([...service.extensions].sort()).toEqual(Object.keys(extensions).sort());
      // First what keeps it alive, last what makes few messages of many.
      for (const pipeline of Object.values(service.pipelines))
        expect([pipeline.processors[0], pipeline.processors.at(-1)]).toEqual([
          'memory_limiter',
          'batch',
        ]);
    },
  );
  test('errors are never sampled away, and by default nothing is', () => {
    expect(
      collector('default-values.yaml', 'gateway').service.pipelines.traces!.processors,
    ).not.toContain('tail_sampling');
    const { processors, service } = collector('everything-values.yaml', 'gateway');
    expect(service.pipelines.traces!.processors).toContain('tail_sampling');
    expect(
      (processors as { tail_sampling: { policies: object[] } }).tail_sampling.policies,
    ).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'status_code', status_code: { status_codes: ['ERROR'] } }),
        expect.objectContaining({
          type: 'probabilistic',
          probabilistic: { sampling_percentage: 25 },
        }),
      ]),
    );
  });
});

test('the README of the chart is what its values say', () => {
  const copy = join(folder, 'readme');
  mkdirSync(copy);
  for (const name of ['README.md', 'values.yaml'])
    cpSync(join(root, 'helm/throughline', name), join(copy, name));
  const made = spawnSync(
    join(root, 'node_modules/.bin/readme-generator'),
    ['--values', join(copy, 'values.yaml'), '--readme', join(copy, 'README.md')],
    { encoding: 'utf8' },
  );
  expect(`${made.stdout}${made.stderr}`).not.toMatch(/error/i);
  expect(readFileSync(join(copy, 'README.md'), 'utf8')).toBe(
    readFileSync(join(root, 'helm/throughline/README.md'), 'utf8'),
  );
});

test('the package of the chart carries the rules themselves, not a link', () => {
  const { status } = runHelm(cache, ['package', 'throughline', '--destination', folder], folder);
  expect(status).toBe(0);
  const { stdout } = spawnSync(
    'tar',
    [
      '-xzOf',
      join(folder, 'throughline-0.1.0.tgz'),
      'throughline/files/alert-rules/application.yaml',
    ],
    { encoding: 'utf8' },
  );
  expect(stdout).toBe(readFileSync(join(root, 'alert-rules/application.yaml'), 'utf8'));
});

test('what a job does on a runner gives it the caller’s id, else one that names the run, and the ids of the collector’s receiver', () => {
  const hook = join(root, 'helm/stack/files/runner/job-started.sh');
  const own = join(folder, 'runner');
  mkdirSync(own);
  const run = (event: object, more: Record<string, string> = {}) => {
    writeFileSync(join(own, 'event.json'), JSON.stringify(event, null, 2));
    writeFileSync(join(own, 'env'), '');
    const { status } = spawnSync('bash', ['-e', hook], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        GITHUB_EVENT_PATH: join(own, 'event.json'),
        GITHUB_ENV: join(own, 'env'),
        THROUGHLINE_LINES: join(own, 'lines'),
        GITHUB_RUN_ID: '12345678901',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_REPOSITORY: 'o/shop',
        GITHUB_SHA: 'abc123',
        RUNNER_NAME: 'arc-x64-runner-1',
        ...more,
      },
    });
    expect(status).toBe(0);
    return {
      env: readFileSync(join(own, 'env'), 'utf8'),
      line: JSON.parse(readFileSync(join(own, 'lines'), 'utf8')) as Record<string, string>,
    };
  };
  expect(run({}, { GITHUB_WORKFLOW: 'say "hi" \\ there' }).line['cicd.pipeline.name']).toBe(
    'say hi  there',
  );
  // The receiver's own ids of the trace and of the run's span, recorded from it (0.158).
  const plain = run({ action: 'push' });
  expect(plain.env).toContain(
    'TRACEPARENT=00-ba70cefb7d2c2d85dd09cfff97caefe4-2061534e4cf5e1c4-01\n',
  );
  // It never fails a job, whatever it may not write to.
  expect(run({}, { GITHUB_ENV: '/proc/none/env' }).line.correlation_id).toBe('gha-12345678901-1');
  expect(plain.line).toMatchObject({
    correlation_id: 'gha-12345678901-1',
    trace_id: 'ba70cefb7d2c2d85dd09cfff97caefe4',
    'cicd.pipeline.worker.name': 'arc-x64-runner-1',
    'vcs.ref.head.revision': 'abc123',
  });
  expect(run({ client_payload: { correlation_id: 'order-4711-deploy' } }).env).toContain(
    'CORRELATION_ID=order-4711-deploy\n',
  );
  expect(run({ inputs: { correlation_id: 'a"; rm -rf /; "' } }).env).toContain(
    'CORRELATION_ID=gha-12345678901-1\n',
  );
});

test.runIf(CHARTS_FOLDER)(
  'with the real dependencies, what is known of them is so, and none of our values is one they do not know',
  async () => {
    const objects = stack('default-values.yaml');
    const services = Object.fromEntries(
      objects
        .filter(
          (object) =>
            object.kind === 'Service' && !ours(object) && object.metadata.name in recorded,
        )
        .map(({ metadata, spec }) => [
          metadata.name,
          (spec!.ports as { port: number | string }[])
            .map(({ port }) => Number(port))
            .sort((a, b) => a - b),
        ]),
    );
    expect(services).toEqual(recorded);
    for (const object of objects.filter((each) => !ours(each))) {
      // The operator's own types want apiVersion and kind in a claim's template, which nobody writes.
      expect(
        (await faultsOf(object))?.filter((fault) => !fault.includes('volumeClaimTemplate')) ?? [],
        `${object.source} ${object.metadata.name}`,
      ).toEqual([]);
    }
    const values = parse(readFileSync(join(root, 'helm/stack/values.yaml'), 'utf8'), {
      maxAliasCount: -1,
      merge: true,
    }) as Record<string, unknown>;
    // What a chart reads without having it among its defaults: conditions of ours, and maps that go into a configuration as they are.
    const read =
      /^(\S+\.enabled|kube-prometheus-stack\.alertmanager\.alertmanagerSpec\.configSecret|kube-prometheus-stack\.grafana\.fullnameOverride|tempo\.tempo\.storage\.trace\.block|loki\.loki\.limits_config\.\w+|cluster\.ports\.workflows)$/;
    const unknown: string[] = [];
    const compare = (own: unknown, theirs: unknown, path: string): void => {
      if (own === null || typeof own !== 'object' || Array.isArray(own)) return;
      for (const [key, value] of Object.entries(own)) {
        const free =
          theirs === null ||
          theirs === undefined ||
          (typeof theirs === 'object' && Object.keys(theirs).length === 0);
        if (free) return;
        const inner = path === 'kube-prometheus-stack' ? nested[key] : undefined;
        if (inner) compare(value, inner, `${path}.${key}`);
        else if (!(key in (theirs as object))) unknown.push(`${path}.${key}`);
        else compare(value, (theirs as Record<string, unknown>)[key], `${path}.${key}`);
      }
    };
    const theirs = (name: string) =>
      parse(readFileSync(join(CHARTS_FOLDER!, name, 'values.yaml'), 'utf8'), {
        maxAliasCount: -1,
      }) as unknown;
    const below = (name: string) => theirs(join('kube-prometheus-stack/charts', name)) as object;
    // Of Grafana, the chart has defaults of its own on top.
    const nested: Record<string, object> = {
      grafana: {
        ...below('grafana'),
        ...(theirs('kube-prometheus-stack') as { grafana: object }).grafana,
      },
      'kube-state-metrics': below('kube-state-metrics'),
      'prometheus-node-exporter': below('prometheus-node-exporter'),
    };
    for (const [key, name] of [
      ['kube-prometheus-stack', 'kube-prometheus-stack'],
      ['tempo', 'tempo'],
      ['loki', 'loki'],
      ['agent', 'opentelemetry-collector'],
      ['gateway', 'opentelemetry-collector'],
      ['cluster', 'opentelemetry-collector'],
    ] as const)
      compare(values[key], theirs(name), key);
    expect(unknown.filter((path) => !read.test(path))).toEqual([]);
  },
);
