import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { missing } from './chart-graph';
import { render, runHelm, type ChartName } from './render';
import { faultsOf } from './kubernetes-types';
import {
  CHARTS_FOLDER,
  SECRETS,
  cache,
  cases,
  folder,
  image,
  objectsOf,
  ours,
  recorded,
  root,
} from './rendered-charts.fixture';

describe.each(cases)('$chart with $name', (each) => {
  test('Helm lints it without a warning and renders it', () => {
    const { status, stdout, stderr } = runHelm(
      cache,
      ['lint', '--strict', each.chart, ...each.values.flatMap((file) => ['--values', file])],
      folder,
    );
    expect(`${stdout}${stderr}`).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(status).toBe(0);
    expect(objectsOf(each).length).toBeGreaterThan(10);
  });
  test('every object of ours is one by the types of Kubernetes, and has no field that is not known', async () => {
    let checked = 0;
    for (const object of objectsOf(each).filter(ours)) {
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
    expect(missing(objectsOf(each), known, ours)).toEqual([]);
  });
  test('every pod is restricted: no root, no new privileges, read-only, no token it does not need', () => {
    for (const object of objectsOf(each).filter(ours)) {
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
    `${image}routing:
  secret: alert-receivers
  severities: { critical: [chat] }
  receivers: { chat: { kind: slack, key: slack-url } }
`,
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
