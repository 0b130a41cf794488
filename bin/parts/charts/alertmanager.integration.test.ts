import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readMessage } from '@/lib/alerts/sources/alertmanager';
import { epochMs } from '@/lib/time/units';
import { render } from './render';
import { alertmanager, amtool } from '../debian';
import { freePort, Processes, waitFor } from '../processes';
import { cache, folder, named, root, stack } from './rendered-charts.fixture';

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

test("the portal reads what Amazon's alert manager is told to send, whatever its labels hold", () => {
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
  const { observations, rejected } = readMessage(
    JSON.parse(stdout),
    epochMs(Date.UTC(2026, 10, 23)),
  );
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
