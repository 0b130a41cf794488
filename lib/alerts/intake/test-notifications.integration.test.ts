import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { alertPool } from '@/lib/db/pool';
import { storedJobs } from '@/lib/jobs/jobs.fixture';
import { episodeBandsDuring } from '../episodes/episode-bands';
import { loadEpisode, loadEpisodes } from '../episodes/load-episodes';
import { notifyJob } from '../notifications/escalation';
import { listQuery } from '../contract';
import { loadAlertHealth } from './alert-health';
import { alert, clearAlerts, endAlerts, message, post, useAlerts } from './alerts.fixture';
import { processDeliveries } from './process-deliveries';

beforeAll(() =>
  useAlerts(inject('databaseUrl'), {
    ESCALATE_AFTER_MINUTES: 'none=0,critical=0,unknown=0',
    ALERT_CHANNELS: JSON.stringify([
      { name: 'chat', kind: 'slack', url: 'http://127.0.0.1:9/none' },
    ]),
  }),
);
beforeEach(clearAlerts);
afterAll(endAlerts);

const GRAFANA = { authorization: 'Bearer grafana-token-of-tests' };
const GOOGLE = { authorization: 'Bearer google-token-of-tests' };
const open = async () => (await loadEpisodes(listQuery.parse({}))).episodes;
const all = async () => (await loadEpisodes(listQuery.parse({ state: 'all' }))).episodes;
const send = async (kind: 'grafana' | 'google-cloud-monitoring' | 'alertmanager', body: object) => {
  const headers = { grafana: GRAFANA, 'google-cloud-monitoring': GOOGLE, alertmanager: undefined };
  expect((await post(kind, body, headers[kind])).status).toBe(200);
  await processDeliveries();
};

const now = () => new Date().toISOString();
/** What "Test" of a contact point of Grafana sends. */
const grafanaTest = (labels: Record<string, string> = {}) =>
  message(
    [
      {
        status: 'firing',
        labels: { alertname: 'TestAlert', instance: 'Grafana', ...labels },
        annotations: { summary: 'Notification test' },
        startsAt: now(),
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: '57c6d9296de2ad39',
        values: { B: 22, C: 1 },
        silenceURL: 'https://g.example/alerting/silence/new',
      },
    ],
    { version: '1', orgId: 1, title: '[FIRING:1] TestAlert Grafana ', state: 'alerting' },
  );
/** What "Send test notification" of Cloud Monitoring sends. */
const googleTest = (changes: object = {}, version = 'test') => ({
  version,
  incident: {
    incident_id: '12345',
    scoping_project_id: '12345',
    scoping_project_number: 12345,
    url: 'http://www.example.com',
    started_at: 0,
    ended_at: 0,
    state: 'OPEN',
    summary: 'Test Incident',
    observed_value: '1.0',
    resource: { type: 'example_resource', labels: { example: 'label' } },
    metric: { type: 'test.googleapis.com/metric', displayName: 'Test Metric' },
    policy_name: 'projects/12345/alertPolicies/12345',
    documentation: 'Test documentation',
    ...changes,
  },
});

describe('a test notification', () => {
  test.each([
    ['of Grafana', 'grafana', grafanaTest(), 'grafana_contact_point'],
    [
      'of Grafana with labels of its own',
      'grafana',
      grafanaTest({ severity: 'critical' }),
      'grafana_contact_point',
    ],
    [
      'of Grafana over Alertmanager',
      'alertmanager',
      grafanaTest({ severity: 'critical' }),
      'grafana_contact_point',
    ],
    ['of Cloud Monitoring', 'google-cloud-monitoring', googleTest(), 'cloud_monitoring_channel'],
    [
      'of Cloud Monitoring without its version',
      'google-cloud-monitoring',
      googleTest({ severity: 'Critical' }, '1.2'),
      'cloud_monitoring_channel',
    ],
    [
      'of Cloud Monitoring with a time',
      'google-cloud-monitoring',
      googleTest({ started_at: Date.now() / 1000 - 60, incident_id: 12345 }),
      'cloud_monitoring_channel',
    ],
  ] as const)('%s is marked, ends by itself and nobody is told', async (_, kind, body, code) => {
    await send(kind, body);
    expect(await open()).toEqual([]);
    expect(await all()).toMatchObject([{ state: 'resolved', test: code }]);
    expect(await storedJobs(notifyJob.name)).toEqual([]);
    const tested = (await loadAlertHealth()).peers.filter(({ lastTestAt }) => lastTestAt !== null);
    expect(tested).toHaveLength(1);
  });
  test('sent again is another one, and still none that is open', async () => {
    await send('grafana', grafanaTest());
    await send('grafana', grafanaTest());
    expect(await open()).toEqual([]);
    expect((await all()).every(({ test: code }) => code === 'grafana_contact_point')).toBe(true);
  });
  test('ends one that stood open from before tests were known', async () => {
    await send('grafana', message([{ ...alert('Other', 'firing', Date.now() - 60_000) }]));
    await alertPool().query(`UPDATE alert_series SET fingerprint = '57c6d9296de2ad39'`);
    await send('grafana', grafanaTest());
    expect(await open()).toEqual([]);
  });
  test('is not among the alerts around a request', async () => {
    await send('google-cloud-monitoring', googleTest());
    const second = 1_000_000_000n;
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const window = { startNs: nowNs - 60n * second, endNs: nowNs + 60n * second };
    expect(await episodeBandsDuring(window as never, 'all')).toEqual([]);
  });
});

describe('no test is', () => {
  test.each([
    ['an alert with the name of a test', { alertname: 'TestAlert', instance: 'web-1' }],
    ['an alert of an instance called Grafana', { alertname: 'Down', instance: 'Grafana' }],
  ])('%s', async (_, labels) => {
    await send('grafana', message([alert('X', 'firing', Date.now(), { labels })]));
    expect(await open()).toMatchObject([{ state: 'firing', test: null }]);
  });
  test('an incident of Cloud Monitoring', async () => {
    const incident = { incident_id: '0.mabc', started_at: Date.now() / 1000 - 5, ended_at: null };
    await send('google-cloud-monitoring', googleTest(incident, '1.2'));
    expect(await open()).toMatchObject([{ state: 'firing', test: null }]);
  });
});

describe('odd alerts', () => {
  test('beside each other in one message: each is kept, what was not read is on its timeline', async () => {
    const odd = (name: string, changes: object) => ({
      ...alert(name, 'firing', Date.now() - 60_000),
      ...changes,
    });
    const proto = JSON.parse(
      '{"alertname":"Proto","__proto__":"a","constructor":"b","toString":"c"}',
    ) as object;
    await send(
      'alertmanager',
      message([
        odd('Annotations', { annotations: null }),
        odd('Number', { labels: { alertname: 'Number', port: 8080, pod: null, up: true } }),
        odd('Proto', { labels: proto }),
        odd('Shouted', { status: 'FIRING' }),
        odd('Silent', { status: undefined }),
        odd('Unprinted', { fingerprint: undefined }),
        odd('Tomorrow', { startsAt: new Date(Date.now() + 86_400_000).toISOString() }),
        odd('Nameless', { labels: null }),
      ]),
    );
    const found = await open();
    expect(found.map(({ name }) => name).toSorted()).toEqual([
      'Annotations',
      'Number',
      'Proto',
      'Shouted',
      'Silent',
      'Tomorrow',
      'Unprinted',
    ]);
    const parts = async (name: string) => {
      const { id } = found.find((each) => each.name === name)!;
      const { timeline } = await loadEpisode(id);
      return timeline.flatMap((event) =>
        event.kind === 'parts_not_read' ? event.detail.parts : [],
      );
    };
    expect(await parts('Annotations')).toEqual([]);
    expect(await parts('Number')).toEqual(['label_not_text']);
    expect(await parts('Silent')).toEqual(['status_unreadable']);
    expect(await parts('Unprinted')).toEqual(['fingerprint_computed']);
    expect(await parts('Tomorrow')).toEqual(['start_in_future']);
    const { labels } = await loadEpisode(found.find(({ name }) => name === 'Proto')!.id);
    expect(Object.entries(labels).toSorted()).toEqual(Object.entries(proto).toSorted());
  });
  test('what was not read is said once, however often the alert is repeated', async () => {
    const shouted = { ...alert('Odd', 'firing', Date.now() - 60_000), status: 'what' };
    for (let times = 0; times < 3; times += 1)
      await send('alertmanager', message([{ ...shouted, annotations: { times } }]));
    const { timeline } = await loadEpisode((await open())[0]!.id);
    expect(timeline.filter(({ kind }) => kind === 'parts_not_read')).toHaveLength(1);
  });
});

test('a rule of Grafana without data is called by its name, with its folder and what failed', async () => {
  const fault = (alertname: string) =>
    alert(alertname, 'firing', Date.now() - 60_000, {
      fingerprint: alertname,
      labels: { alertname, rulename: 'Checkout latency', grafana_folder: 'Shop' },
      annotations: { summary: 's', Error: 'failed to build query A' },
    });
  await send('grafana', message([fault('DatasourceNoData'), fault('DatasourceError')]));
  expect((await open()).map(({ name, summary }) => [name, summary]).toSorted()).toEqual([
    ['no data: Checkout latency', 'Shop: failed to build query A'],
    ['query error: Checkout latency', 'Shop: failed to build query A'],
  ]);
});
