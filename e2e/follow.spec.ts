import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { demo, expect, test } from './portal';

const root = resolve(import.meta.dirname, '..');
/** As `helm test` runs it, in the image's stead against the demo. */
const follow = (more: Record<string, string>) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'bin/follow.ts')],
    {
      cwd: root,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        APPLICATION_URL: `${demo().services.edge}/checkout`,
        PORTAL_URL: demo().url,
        PORTAL_USER: demo().user,
        PORTAL_PASSWORD: demo().password,
        PROMETHEUS_URL: demo().prometheusUrl,
        ALERTMANAGER_URL: demo().alertmanagerUrl,
        PATIENCE_SECONDS: '40',
        ...more,
      },
    },
  );
  return { status, said: `${stdout}${stderr}` };
};

test('one request is followed by its id from the application through every backend to the portal', () => {
  test.slow();
  const { status, said } = follow({});
  expect(said).toContain('All the way through.');
  for (const step of [
    'The application answers',
    'Prometheus has',
    'Alertmanager has',
    'The portal lets',
    'The portal shows the whole request',
    'The portal hears of alerts',
  ])
    expect(said).toContain(`✓ ${step}`);
  expect(status).toBe(0);
});

test('the step that does not know the id is named, and the run fails', () => {
  test.slow();
  const { status, said } = follow({ PORTAL_PASSWORD: 'not the password', PATIENCE_SECONDS: '1' });
  expect(said).toMatch(/✕ The portal lets its user in: answered 401/);
  expect(status).toBe(1);
});

test('what the portal sends of itself comes back, and its workers take jobs', async () => {
  await expect
    .poll(
      async () => {
        const text = await (await fetch(`${demo().url}/api/metrics`)).text();
        const value = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
        return [
          value('throughline_job_workers_connected'),
          ...['traces', 'logs'].map(
            (signal) =>
              Date.now() / 1000 -
                value(`throughline_canary_found_timestamp_seconds{signal="${signal}"}`) <
              130,
          ),
        ];
      },
      { timeout: 30_000 },
    )
    .toEqual([2, true, true]);
});

test('a fault comes with a rollout, and a request behind it says so on its context axis', async ({
  portal,
}) => {
  test.slow();
  const event = {
    timeUnixNano: `${Date.now() - 60_000}000000`,
    severityNumber: 9,
    body: { stringValue: 'Scaled up replica set inventory-6f9c2 from 0 to 1' },
    attributes: [
      ['k8s.event.reason', 'ScalingReplicaSet'],
      ['k8s.object.kind', 'Deployment'],
      ['k8s.object.name', 'inventory'],
    ].map(([key, stringValue]) => ({ key, value: { stringValue } })),
  };
  const body = {
    resourceLogs: [
      {
        resource: {
          attributes: [
            ['service.name', 'kubernetes'],
            ['k8s.namespace.name', 'shop'],
          ].map(([key, stringValue]) => ({ key, value: { stringValue } })),
        },
        scopeLogs: [{ logRecords: [event] }],
      },
    ],
  };
  expect(
    (
      await fetch(demo().otlp.logs, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).status,
  ).toBe(200);
  await portal.open(demo().ids.failed, '?tab=metrics');
  const changes = portal.page.getByTestId('changes');
  await expect(changes).toContainText('Deployment inventory');
  await expect(changes).toContainText('↻ rollout');
  await portal.accessible();
});
