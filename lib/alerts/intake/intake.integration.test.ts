import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
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
  HMAC_SECRET,
  message,
  post,
  SECOND_TOKEN,
  TOPIC,
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

test('the recorded deliveries of one group in their order: episodes that opened and closed as its alerts did', async () => {
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

describe('who may send', () => {
  test.each([
    ['no credential', {}],
    ['a wrong token', { authorization: 'Bearer nobody-knows-this-token' }],
    ['the token of another kind', { authorization: 'Bearer grafana-token-of-tests' }],
    ['a wrong password', { authorization: `Basic ${btoa('am:nonsense')}` }],
  ])('%s is 401, before the body is looked at', async (_, headers) => {
    const response = await post('alertmanager', 'not even JSON', headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
    expect(await counted('alert_deliveries')).toBe(0);
  });
  test('both secrets of a rotation work, and basic credentials', async () => {
    for (const authorization of [
      `Bearer ${SECOND_TOKEN}`,
      `Basic ${btoa('am:a-password-of-tests')}`,
    ])
      expect((await post('alertmanager', message([]), { authorization })).status).toBe(200);
  });
  test('a mounted token works until it is another, and an empty file lets nobody in', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'throughline-token-')), 'webhookToken');
    const write = (text: string, atSeconds: number) => {
      writeFileSync(file, text);
      utimesSync(file, atSeconds, atSeconds);
    };
    write('a-mounted-token-of-tests\n', 1_000);
    useAlerts(inject('databaseUrl'), {
      ALERT_SOURCES: JSON.stringify([
        { name: 'mounted', kind: 'alertmanager', tokenFiles: [file] },
      ]),
    });
    const status = async (token: string) =>
      (await post('alertmanager', message([]), { authorization: `Bearer ${token}` })).status;
    expect(await status('a-mounted-token-of-tests')).toBe(200);
    write('the-next-mounted-token', 2_000);
    expect([
      await status('a-mounted-token-of-tests'),
      await status('the-next-mounted-token'),
    ]).toEqual([401, 200]);
    write('', 3_000);
    expect([await status('the-next-mounted-token'), await status('')]).toEqual([401, 401]);
    useAlerts(inject('databaseUrl'));
    rmSync(dirname(file), { recursive: true });
  });
  test('two clusters are two sources: the same fingerprint is two series', async () => {
    const body = message([alert('Same', 'firing', T)]);
    await post('alertmanager', body);
    await post('alertmanager', body, { authorization: 'Bearer another-token-of-tests' });
    await processDeliveries();
    expect((await episodes()).map(({ name }) => name)).toEqual(['Same', 'Same']);
  });
  test('a signature of Grafana is checked over the very bytes', async () => {
    const body = JSON.stringify(
      message([alert('Signed', 'firing', T)], { version: '1', orgId: 1 }),
    );
    const sign = (text: string) => createHmac('sha256', HMAC_SECRET).update(text).digest('hex');
    expect(
      (await post('grafana', body, { 'x-grafana-alerting-signature': sign(body) })).status,
    ).toBe(200);
    expect(
      (await post('grafana', `${body} `, { 'x-grafana-alerting-signature': sign(body) })).status,
    ).toBe(401);
  });
  test('Cloud Monitoring may have its token in the URL', async () => {
    const incident = {
      version: '1.2',
      incident: {
        incident_id: '0.abc',
        state: 'open',
        started_at: T / 1000,
        policy_name: 'Errors',
        severity: 'Critical',
        resource: { labels: { service_name: 'checkout' } },
        documentation: 'look at it',
      },
    };
    expect(
      (await post('google-cloud-monitoring', incident, {}, '?auth_token=nonsense')).status,
    ).toBe(401);
    for (const state of ['OPEN', 'closed', 'open']) {
      expect(
        (
          await post(
            'google-cloud-monitoring',
            {
              ...incident,
              incident: {
                ...incident.incident,
                state,
                ended_at: state === 'closed' ? T / 1000 + 60 : null,
              },
            },
            {},
            '?auth_token=google-token-of-tests',
          )
        ).status,
      ).toBe(200);
      await processDeliveries();
    }
    expect(await counted('alert_quarantine')).toBe(0);
    // The last was late: an incident that is over does not open again.
    expect(await episodes()).toMatchObject([
      { name: 'Errors', resolved_at: new Date(T + 60_000), doubtful_since: null },
    ]);
  });
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

describe('Amazon SNS', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const envelope = (more: object = {}) => ({
    Type: 'Notification',
    MessageId: 'm-1',
    TopicArn: TOPIC,
    Message: JSON.stringify({
      AlarmName: 'cpu',
      AlarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:cpu',
      NewStateValue: 'ALARM',
      StateChangeTime: '2026-11-22T14:00:00.000+0000',
    }),
    Timestamp: new Date().toISOString(),
    SignatureVersion: '2',
    SigningCertURL: 'https://sns.eu-central-1.amazonaws.com/cert.pem',
    Signature: createSign('RSA-SHA256').update('other bytes').sign(privateKey, 'base64'),
    ...more,
  });
  test.each([
    ['a topic that is not ours', { TopicArn: 'arn:aws:sns:eu-central-1:123456789012:other' }],
    [
      'a certificate from elsewhere',
      { SigningCertURL: 'https://sns.eu-central-1.amazonaws.com.evil.example/cert.pem' },
    ],
    [
      'a certificate that is none',
      { SigningCertURL: 'https://sns.eu-central-1.amazonaws.com/cert.txt' },
    ],
    [
      'a certificate over http',
      { SigningCertURL: 'http://sns.eu-central-1.amazonaws.com/cert.pem' },
    ],
    ['an old message', { Timestamp: '2026-01-01T00:00:00.000Z' }],
  ])('%s is refused, and nothing is fetched', async (_, more) => {
    expect(
      (await post('amazon-sns', envelope(more), { 'content-type': 'text/plain' })).status,
    ).toBe(401);
    expect(await counted('alert_deliveries')).toBe(0);
  });
  test('a raw delivery, which has no signature, is refused', async () => {
    expect((await post('amazon-sns', { AlarmName: 'cpu' })).status).toBe(400);
  });
});

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
        { ...alert('New', 'firing', T), invented: { in: 2027 } },
      ],
      { notification_reason: 'first notification', routeLabels: null },
    );
    expect((await post('alertmanager', body)).status).toBe(200);
    await processDeliveries();
    expect((await episodes()).map(({ name }) => name)).toEqual(['Good', 'New']);
    const { rows } = await alertPool().query<{ reason: string }>(
      'SELECT reason FROM alert_quarantine ORDER BY id',
    );
    expect(rows.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('labels'),
      expect.stringContaining('startsAt'),
    ]);
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
        `INSERT INTO alert_episodes (id, series_id, founded_at, started_at, annotations) SELECT gen_random_uuid(), series_id, now(), now(), '{}' FROM alert_episodes`,
      ),
    ).rejects.toThrow('alert_episodes_one_open');
  });
});

test('5,000 mutated messages are 2xx or 4xx, never 5xx, never a hang, and all that was taken is read', async () => {
  const bases = recordings.map(([, { request }]) => JSON.stringify(request!.body));
  const values = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant([]),
    fc.constant({}),
    fc.constant('\u0000'),
    fc.constant('0001-01-01T00:00:00Z'),
    fc.constant('9999-99-99T00:00:00Z'),
    fc.constant('x'.repeat(100_000)),
  );
  const mutated = fc
    .tuple(
      fc.constantFrom(...bases),
      fc.array(fc.tuple(fc.nat(), values, fc.constantFrom('set', 'remove', 'add')), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.option(fc.tuple(fc.nat(), fc.string({ maxLength: 3 })), { nil: undefined }),
    )
    .map(([base, changes, cut]) => {
      let body: unknown = JSON.parse(base);
      for (const [at, value, how] of changes) body = mutate(body, at, value, how);
      const text = JSON.stringify(body) ?? '';
      return cut
        ? text.slice(0, cut[0] % (text.length + 1)) +
            cut[1] +
            text.slice(cut[0] % (text.length + 1))
        : text;
    });
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(mutated, { minLength: 50, maxLength: 50 }), async (bodies) => {
      for (const { status } of await Promise.all(
        bodies.map((body) => post('alertmanager', body)),
      )) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect([200, 400]).toContain(status);
      }
    }),
    { numRuns: 100 },
  );
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(5_000);
  expect(statuses.get(200)).toBeGreaterThan(500);
  await processDeliveries();
  const { rows } = await alertPool().query<{ left: bigint }>(
    'SELECT count(*) AS left FROM alert_deliveries WHERE processed_at IS NULL',
  );
  expect(rows[0]!.left).toBe(0n);
}, 300_000);

/** Changes the value at a place counted over all places of the tree. */
function mutate(body: unknown, at: number, value: unknown, how: 'set' | 'remove' | 'add'): unknown {
  const places: [object, string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(body);
  if (places.length === 0) return value;
  const [parent, key] = places[at % places.length]!;
  if (how === 'remove') delete (parent as Record<string, unknown>)[key];
  else if (how === 'add') (parent as Record<string, unknown>)[`${key}X`] = value;
  else (parent as Record<string, unknown>)[key] = value;
  return body;
}
