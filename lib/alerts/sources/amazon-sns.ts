import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '@/lib/errors/app-error';
import { outbound } from '@/lib/http/outbound';
import { epochMs, type EpochMs } from '@/lib/time/units';
import { EMPTY_MESSAGE, type ParsedMessage } from './observation';
import { isMessage, readMessage } from './alertmanager';
import { describeFault, quarantinedText, storable } from './message-fields';

/**
 * The envelope of Amazon SNS over HTTP (contracts: cloud-aws section 5). Raw delivery has no
 * signature and is refused.
 */
export const envelope = z.looseObject({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().min(1).max(128),
  TopicArn: z.string().max(512),
  Message: z.string(),
  Subject: z.string().optional(),
  Timestamp: z.string().max(40),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.base64().max(1024),
  SigningCertURL: z.string().max(512),
  SubscribeURL: z.string().max(2048).optional(),
  Token: z.string().max(1024).optional(),
});
export type Envelope = z.infer<typeof envelope>;

const HOST = /^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;
const MAX_AGE_MS = 3_600_000;
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  other: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const;

/** @throws AppError invalid_input for what is no such envelope */
export function readEnvelope(body: unknown): Envelope {
  const parsed = envelope.safeParse(body);
  if (!parsed.success)
    throw new AppError(
      'invalid_input',
      `Not a message of Amazon SNS: ${describeFault(parsed.error)}.`,
    );
  return parsed.data;
}

/** How the certificate of a signature is read; tests have their own. */
export type ReadCertificate = (url: URL) => Promise<string>;

/**
 * Whether the message is one of a topic of ours, fresh, and signed by Amazon. The topic is looked
 * at first: nothing is fetched for others.
 * @throws AppError unauthenticated; unavailable when the certificate cannot be read (Amazon then
 * tries again)
 */
export async function verifyEnvelope(
  message: Envelope,
  topics: readonly string[],
  nowMs: number,
  read: ReadCertificate = certificate,
): Promise<void> {
  const refuse = (why: string) =>
    new AppError('unauthenticated', `The message was refused: ${why}.`);
  if (!topics.includes(message.TopicArn)) throw refuse('its topic is not one of ours');
  const sentMs = Date.parse(message.Timestamp);
  if (!(Math.abs(nowMs - sentMs) <= MAX_AGE_MS)) throw refuse('it is older than an hour');
  const url = amazonUrl(message.SigningCertURL);
  if (!url || !url.pathname.endsWith('.pem'))
    throw refuse('its certificate is not one of Amazon SNS');
  const keys = message.Type === 'Notification' ? SIGNED.Notification : SIGNED.other;
  const signed = keys
    .flatMap((key) => (message[key] === undefined ? [] : [`${key}\n${message[key]}\n`]))
    .join('');
  const pem = await read(url);
  const { publicKey } = new X509Certificate(pem);
  const good = verify(
    message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256',
    Buffer.from(signed),
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
    Buffer.from(message.Signature, 'base64'),
  );
  if (!good) throw refuse('its signature is wrong');
}

/** An address of Amazon SNS itself, or nothing: no other is ever asked. */
export function amazonUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url &&
    url.protocol === 'https:' &&
    HOST.test(url.hostname) &&
    !url.port &&
    !url.username &&
    !url.password
    ? url
    : undefined;
}

const MAX_CERTIFICATES = 50;
const certificates = new Map<string, string>();

async function certificate(url: URL): Promise<string> {
  const known = certificates.get(url.href);
  if (known) return known;
  try {
    const { body } = await outbound({
      backend: { base: url.origin },
      path: segments(url),
      query: Object.fromEntries(url.searchParams),
      timeoutMs: 5_000,
      maxBytes: 64 * 1024,
    });
    if (certificates.size >= MAX_CERTIFICATES) certificates.clear();
    // Looked at before it is kept: an error page is no certificate.
    const pem = new X509Certificate(body).toString();
    certificates.set(url.href, pem);
    return pem;
  } catch {
    throw new AppError('unavailable', 'The certificate of Amazon SNS could not be read.', {
      'retry-after': '20',
    });
  }
}

/** Confirms a subscription to a topic of ours, once it is verified. */
export async function confirmSubscription(message: Envelope): Promise<void> {
  const url = amazonUrl(message.SubscribeURL ?? '');
  if (!url) throw new AppError('invalid_input', 'SubscribeURL is not one of Amazon SNS.');
  await outbound({
    backend: { base: url.origin },
    path: segments(url),
    query: Object.fromEntries(url.searchParams),
    timeoutMs: 5_000,
    maxBytes: 64 * 1024,
  });
}

const segments = (url: URL) =>
  url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);

const alarm = z.looseObject({
  AlarmName: z.string().min(1),
  AlarmArn: z.string().min(1).max(2048),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string().nullish(),
  StateChangeTime: z.string(),
  AWSAccountId: z.string().nullish(),
  Trigger: z
    .looseObject({
      MetricName: z.string().nullish(),
      Namespace: z.string().nullish(),
      Threshold: z.number().nullish(),
      Dimensions: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
    })
    .nullish()
    .catch(null),
});

/**
 * A CloudWatch alarm as a series: it fires from its change to ALARM and until its change to OK.
 * Anything else that the topic carries is rejected.
 */
export function readNotification(body: unknown, receivedMs: EpochMs): ParsedMessage {
  const message = readEnvelope(body);
  const base = { ...EMPTY_MESSAGE, peer: message.TopicArn };
  if (message.Type !== 'Notification') return base;
  const content = jsonOr(message.Message);
  // Amazon's managed alert manager can send to a topic only; helm/throughline has it send
  // Alertmanager's own message.
  if (isMessage(content)) return { ...readMessage(content, receivedMs), peer: message.TopicArn };
  if (isTopicTest(content)) return { ...base, test: 'amazon_sns_topic' };
  const parsed = alarm.safeParse(content);
  if (!parsed.success)
    return {
      ...base,
      rejected: [
        {
          reason: `not a CloudWatch alarm: ${describeFault(parsed.error)}`,
          item: quarantinedText(message.Message),
        },
      ],
    };
  const { data } = parsed;
  // "2026-01-02T03:04:05.678+0000": an offset without a colon.
  const changedMs = Date.parse(data.StateChangeTime.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  const atMs = Number.isNaN(changedMs) ? receivedMs : epochMs(changedMs);
  const dimensions = Object.fromEntries(
    (data.Trigger?.Dimensions ?? [])
      .slice(0, 30)
      .map(({ name, value }) => [storable(name, 256), storable(value, 1024)]),
  );
  const firing = data.NewStateValue !== 'OK';
  // No data is neither: what was, goes on.
  if (data.NewStateValue === 'INSUFFICIENT_DATA') return base;
  return {
    ...base,
    observations: [
      {
        fingerprint: createHash('sha256').update(data.AlarmArn).digest('hex').slice(0, 32),
        firing,
        startMs: atMs,
        endMs: firing ? null : atMs,
        labels: {
          ...dimensions,
          alertname: storable(data.AlarmName, 256),
          severity: severityOf(`${data.AlarmName} ${data.AlarmDescription ?? ''}`),
          aws_account: storable(data.AWSAccountId ?? '', 32),
        },
        annotations: {
          summary: storable(data.NewStateReason ?? ''),
          description: storable(data.AlarmDescription ?? ''),
        },
        generatorUrl: null,
      },
    ],
  };
}

/** What S3, Auto Scaling and others of Amazon send to see whether a topic is open. */
const topicTest = z.looseObject({
  Event: z.string().regex(/:(TestEvent|TEST_NOTIFICATION)$/),
});
const isTopicTest = (content: unknown): boolean => topicTest.safeParse(content).success;

/** CloudWatch has no severity: said in the name or description, or unknown. */
const severityOf = (text: string): string =>
  /\b(critical|warning|info|p[0-5]|sev ?[0-5])\b/i.exec(text.replace(/[-_]/g, ' '))?.[1] ?? 'none';

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
