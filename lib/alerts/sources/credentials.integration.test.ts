import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { processDeliveries } from '../intake/process-deliveries';
import {
  alert,
  clearAlerts,
  counted,
  endAlerts,
  episodes,
  HMAC_SECRET,
  message,
  post,
  SECOND_TOKEN,
  TOPIC,
  useAlerts,
} from '../intake/alerts.fixture';

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
