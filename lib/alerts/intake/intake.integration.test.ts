import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { alertPool } from '@/lib/db/pool';
import { processDeliveries } from './process-deliveries';
import {
  alert,
  clearAlerts,
  counted,
  delivered,
  endAlerts,
  episodes,
  eventKinds,
  message,
  post,
  useAlerts,
} from './alerts.fixture';

beforeAll(() =>
  useAlerts(inject('databaseUrl'), {
    ALERT_CHANNELS: JSON.stringify([
      { name: 'chat', kind: 'slack', url: 'http://127.0.0.1:9/none' },
    ]),
  }),
);
beforeEach(clearAlerts);
afterAll(endAlerts);

const T = Date.UTC(2026, 10, 22, 14);

const folder = join(import.meta.dirname, 'fixtures');
const recordings = readdirSync(folder)
  .filter((name) => name.startsWith('webhook-'))
  .map(
    (name) =>
      [
        name,
        JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
          request?: { body: { alerts: unknown[] } };
        },
      ] as const,
  )
  .filter(([, recording]) => recording.request);

test.each(recordings)(
  '%s of a real Alertmanager is taken in, each of its alerts once',
  async (_, { request }) => {
    expect((await post('alertmanager', request!.body)).status).toBe(200);
    await processDeliveries();
    expect(await counted('alert_series')).toBe(request!.body.alerts.length);
    expect(await counted('alert_episodes')).toBe(request!.body.alerts.length);
    expect(await counted('alert_quarantine')).toBe(0);
  },
);

test('the recorded deliveries of a group give episodes that opened and closed as its alerts did', async () => {
  const group = recordings.filter(([name]) => /^webhook-checkout-\d/.test(name));
  expect(group.length).toBe(4);
  for (const [, { request }] of group) await post('alertmanager', request!.body);
  await processDeliveries();
  const last = group.at(-1)![1].request!.body.alerts as { status: string; fingerprint: string }[];
  const { rows } = await alertPool().query<{ fingerprint: string; open: boolean }>(
    'SELECT fingerprint, resolved_at IS NULL AS open FROM alert_episodes e JOIN alert_series s ON s.id = e.series_id',
  );
  for (const { status, fingerprint } of last)
    expect(rows.filter((row) => row.fingerprint === fingerprint).map(({ open }) => open)).toEqual([
      status === 'firing',
    ]);
});

test('a severity that names what every object has is a severity like any other', async () => {
  await delivered([
    alert('Odd', 'firing', T, { labels: { severity: 'constructor', service: 'x'.repeat(4_000) } }),
    alert('Proto', 'firing', T, { labels: { severity: '__proto__' } }),
  ]);
  expect((await episodes()).map(({ name }) => name)).toEqual(['Odd', 'Proto']);
  expect(await counted('alert_quarantine')).toBe(0);
});

test.each([1e18, -5, 'soon', null])(
  'a time of %s is none, and holds up nothing',
  async (started_at) => {
    expect(
      (
        await post(
          'google-cloud-monitoring',
          { incident: { incident_id: '0.odd', state: 'open', started_at, policy_name: 'Odd' } },
          {},
          '?auth_token=google-token-of-tests',
        )
      ).status,
    ).toBe(200);
    await delivered([alert('After', 'firing', T)]);
    expect((await episodes()).map(({ name }) => name)).toEqual(['After', 'Odd']);
  },
);

describe('what is sent', () => {
  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no alerts', '{}'],
    ['alerts that are no list', '{"alerts":{}}'],
  ])('%s is 400', async (_, body) => {
    expect((await post('alertmanager', body)).status).toBe(400);
  });
  test('more than 16 MiB is 413, counted on the stream', async () => {
    expect(
      (await post('alertmanager', `{"alerts":[],"x":"${'x'.repeat(17 * 1024 * 1024)}"}`)).status,
    ).toBe(413);
  });
  test('one alert that is none is put aside; the rest counts, unknown fields are no fault', async () => {
    const body = message(
      [
        alert('Good', 'firing', T),
        { status: 'firing', labels: 'none' },
        { ...alert('Odd', 'firing', T), startsAt: 'yesterday' },
        null,
        { ...alert('New', 'firing', T), invented: { in: 2027 } },
      ],
      { notification_reason: 'first notification', routeLabels: null },
    );
    expect((await post('alertmanager', body)).status).toBe(200);
    await processDeliveries();
    expect((await episodes()).map(({ name }) => name)).toEqual(['Good', 'New', 'Odd']);
    const { rows } = await alertPool().query<{ reason: string }>(
      'SELECT reason FROM alert_quarantine ORDER BY id',
    );
    expect(rows.map(({ reason }) => reason)).toEqual(['labels: are no object', 'is no object']);
  });
  test('text that Postgres cannot hold is kept without what it cannot', async () => {
    await delivered([alert('Odd', 'firing', T, { labels: { nul: 'a\u0000b', half: 'a\ud800b' } })]);
    const { rows } = await alertPool().query<{ labels: Record<string, string> }>(
      'SELECT labels FROM alert_series',
    );
    expect(rows[0]!.labels).toMatchObject({ nul: 'a\ufffdb', half: 'a\ufffdb' });
  });
  test('the same delivery twice, and from both peers: one episode, counted once', async () => {
    const all = [alert('Pager', 'firing', T)];
    for (const externalURL of ['http://am-0:9093', 'http://am-1:9093', 'http://am-0:9093'])
      await delivered(all, { externalURL });
    const [episode, ...others] = await episodes();
    expect(others).toEqual([]);
    expect(await eventKinds(episode!.id)).toEqual(['fired']);
    expect(await counted('alert_peers')).toBe(2);
  });
  test('fires, changes, resolves, fires again: two episodes and their events', async () => {
    await delivered([alert('Pager', 'firing', T)]);
    await delivered([alert('Pager', 'firing', T, { annotations: { summary: 'worse' } })]);
    await delivered([alert('Pager', 'resolved', T, { endMs: T + 60_000 })]);
    await delivered([alert('Pager', 'firing', T + 120_000)]);
    const [first, second] = await episodes();
    expect(await eventKinds(first!.id)).toEqual(['fired', 'annotations_changed', 'resolved']);
    expect(await eventKinds(second!.id)).toEqual(['fired']);
    expect(second!.resolved_at).toBeNull();
  });
  test('the alert that always fires is a heartbeat, not an episode', async () => {
    await delivered([alert('Watchdog', 'firing', T)]);
    expect(await counted('alert_episodes')).toBe(0);
    const { rows } = await alertPool().query<{ watchdog_at: Date }>(
      'SELECT watchdog_at FROM alert_peers',
    );
    expect(Date.now() - rows[0]!.watchdog_at.getTime()).toBeLessThan(10_000);
  });
  test('events can be added, never changed or taken away', async () => {
    await delivered([alert('Pager', 'firing', T)]);
    await expect(alertPool().query(`UPDATE alert_events SET kind = 'nothing'`)).rejects.toThrow(
      'append-only',
    );
    await expect(alertPool().query('DELETE FROM alert_events')).rejects.toThrow('append-only');
  });
  test('the database itself refuses a second open episode of a series', async () => {
    await delivered([alert('Pager', 'firing', T)]);
    await expect(
      alertPool().query(
        `INSERT INTO alert_episodes (id, series_id, founded_at, started_at, annotations)
         SELECT gen_random_uuid(), series_id, now(), now(), '{}'
         FROM alert_episodes`,
      ),
    ).rejects.toThrow('alert_episodes_one_open');
  });
});
