import { createPrivateKey, createSign } from 'node:crypto';
import { generate } from 'selfsigned';
import { beforeAll, describe, expect, test } from 'vitest';
import { epochMs } from '@/lib/time/units';
import {
  amazonUrl,
  readEnvelope,
  readNotification,
  verifyEnvelope,
  type Envelope,
} from './amazon-sns';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';
const NOW = Date.UTC(2026, 10, 22, 14);
let pem = { private: '', cert: '' };
beforeAll(
  async () =>
    (pem = await generate([{ name: 'commonName', value: 'sns.amazonaws.com' }], { keySize: 2048 })),
);

const alarm = (more: object = {}) => ({
  AlarmName: 'checkout-critical',
  AlarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:checkout',
  NewStateValue: 'ALARM',
  NewStateReason: 'too many',
  StateChangeTime: '2026-11-22T13:59:00.500+0000',
  Trigger: { MetricName: 'Errors', Dimensions: [{ name: 'service_name', value: 'checkout' }] },
  ...more,
});

/** As Amazon signs: the named fields, each on two lines. */
function signed(more: Partial<Envelope> = {}, version: '1' | '2' = '2'): Envelope {
  const message = {
    Type: 'Notification',
    MessageId: 'm-1',
    TopicArn: TOPIC,
    Subject: 'ALARM',
    Message: JSON.stringify(alarm()),
    Timestamp: new Date(NOW - 60_000).toISOString(),
    SignatureVersion: version,
    SigningCertURL: 'https://sns.eu-central-1.amazonaws.com/a.pem',
    ...more,
  } as Envelope;
  const keys =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : ([
          'Message',
          'MessageId',
          'SubscribeURL',
          'Timestamp',
          'Token',
          'TopicArn',
          'Type',
        ] as const);
  const text = keys
    .flatMap((key) => (message[key] === undefined ? [] : [`${key}\n${message[key]}\n`]))
    .join('');
  return {
    ...message,
    Signature: createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
      .update(text)
      .sign(createPrivateKey(pem.private), 'base64'),
  };
}
const verified = (message: Envelope) => verifyEnvelope(message, [TOPIC], NOW, async () => pem.cert);

describe('a signature of Amazon SNS', () => {
  test.each(['1', '2'] as const)(
    'of version %s is accepted, with and without a subject',
    async (version) => {
      await verified(signed({}, version));
      await verified(signed({ Subject: undefined as never }, version));
    },
  );
  test('of a confirmation is over other fields', () =>
    verified(
      signed({
        Type: 'SubscriptionConfirmation',
        Token: 't',
        SubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription',
      }),
    ));
  test.each(['Message', 'MessageId', 'Subject', 'Timestamp'] as const)(
    'does not hold for another %s',
    async (field) => {
      await expect(
        verified({
          ...signed(),
          [field]: field === 'Timestamp' ? new Date(NOW).toISOString() : 'other',
        }),
      ).rejects.toMatchObject({ code: 'unauthenticated' });
    },
  );
});

test("each alert of Amazon's alert manager counts, and its topic is who reported it", () => {
  const message = {
    version: '4',
    status: 'firing',
    receiver: 'portal',
    alerts: [
      {
        status: 'firing',
        startsAt: '2026-11-22T13:58:00Z',
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: 'a1',
        labels: { alertname: 'NodeCpuHigh', severity: 'warning' },
        annotations: {},
      },
      { status: 'resolved' },
    ],
  };
  const reading = readNotification(signed({ Message: JSON.stringify(message) }), epochMs(NOW));
  expect(reading).toMatchObject({
    peer: TOPIC,
    observations: [{ firing: true, fingerprint: 'a1', labels: { alertname: 'NodeCpuHigh' } }],
    rejected: [{}],
  });
});

test.each([
  { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' },
  { Event: 'autoscaling:TEST_NOTIFICATION', AutoScalingGroupName: 'g' },
])('a test of the way ($Event) has no alert and is not rejected', (content) => {
  const message = signed({ Message: JSON.stringify(content) });
  expect(readNotification(message, epochMs(NOW))).toMatchObject({
    test: 'amazon_sns_topic',
    observations: [],
    rejected: [],
  });
});

test.each([
  'http://sns.eu-central-1.amazonaws.com/x.pem',
  'https://sns.evil.example/x.pem',
  'https://sns.eu-central-1.amazonaws.com.evil.example/',
  'https://sns.eu-central-1.amazonaws.com:8443/',
  'https://user@sns.eu-central-1.amazonaws.com/',
  'https://evil.example/?sns.eu-central-1.amazonaws.com',
  'file:///etc/passwd',
  'nonsense',
])('%s is no address of Amazon SNS', (url) => expect(amazonUrl(url)).toBeUndefined());

describe('a CloudWatch alarm', () => {
  const read = (more: object) =>
    readNotification(signed({ Message: JSON.stringify(alarm(more)) }), epochMs(NOW));
  test('fires from its change, with its dimensions as labels and a severity from its name', () => {
    expect(read({}).observations).toMatchObject([
      {
        firing: true,
        startMs: Date.UTC(2026, 10, 22, 13, 59, 0, 500),
        endMs: null,
        labels: { alertname: 'checkout-critical', severity: 'critical', service_name: 'checkout' },
      },
    ]);
  });
  test('ends with OK, is the same series, and says nothing without data', () => {
    const [fires, ends] = [
      read({}).observations[0]!,
      read({ NewStateValue: 'OK' }).observations[0]!,
    ];
    expect(ends).toMatchObject({ firing: false, fingerprint: fires.fingerprint });
    expect(read({ NewStateValue: 'INSUFFICIENT_DATA' }).observations).toEqual([]);
  });
  test('anything else on the topic is put aside, with what it was', () => {
    expect(readNotification(signed({ Message: 'hello' }), epochMs(NOW)).rejected).toMatchObject([
      { reason: expect.stringContaining('not a CloudWatch alarm'), item: '"hello"' },
    ]);
  });
  test('what is no envelope is refused', () =>
    expect(() => readEnvelope(alarm())).toThrow('Not a message of Amazon SNS'));
});
