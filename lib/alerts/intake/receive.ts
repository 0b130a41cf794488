import type { AlertSender, AlertSenderKind } from '@/lib/config/alert-settings';
import { AppError } from '@/lib/errors/app-error';
import { bodyOf, readCapped } from '@/lib/http/body';
import { json } from '@/lib/http/answers';
import { metrics } from '@/lib/observability/metrics';
import { untraced } from '@/lib/observability/untraced';
import { deliveryReceipt } from './contract';
import {
  authenticateBySignature,
  authenticateByHeader,
  alertSourcesOfKind,
} from '../sources/credentials';
import { storeDelivery } from './deliveries';
import { scheduleProcessing } from './process-deliveries';
import {
  confirmSubscription,
  readEnvelope,
  verifyEnvelope,
  type Envelope,
} from '../sources/amazon-sns';
import { MESSAGE_READERS } from '../sources/message-readers';

const SENDERS = {
  alertmanager: 'Alertmanager',
  grafana: 'Grafana',
  'google-cloud-monitoring': 'Google Cloud Monitoring',
  'amazon-sns': 'Amazon SNS',
} as const satisfies Record<AlertSenderKind, string>;

/** A webhook as the OpenAPI document describes it. Amazon sends its JSON as text/plain. */
export const webhookRoute = (kind: AlertSenderKind, method: 'POST' | 'PUT' = 'POST') =>
  ({
    method,
    route: `/api/webhooks/${kind}`,
    access: 'alert-source',
    summary: `Receive alerts of ${SENDERS[kind]}`,
    bodies: {
      [kind === 'amazon-sns' ? 'text/plain' : 'application/json']: MESSAGE_READERS[kind].message,
    },
    answers: [json(deliveryReceipt, { description: 'in Postgres; read after that' })],
    errors: ['unauthenticated', 'invalid_input', 'too_large'],
  }) as const;

/** Alertmanager does not send again what was refused as too large. */
const MAX_BODY = 16 * 1024 * 1024;
/** Amazon sends 256 KiB at most, and is known only by what it sends. */
const MAX_SNS_BODY = 1024 * 1024;

/**
 * Takes in one message of an alert source: who sends it first, then its bytes, then its shape;
 * answered 200 when it is in Postgres, and
 * read after that. What cannot be stored is 503, since every sender tries that again; 429 none
 * would.
 */
export function receive(kind: AlertSenderKind): (request: Request) => Promise<Response> {
  return (request) =>
    untraced(async () => {
      let name: string = kind;
      try {
        const source = kind === 'amazon-sns' ? undefined : authenticateByHeader(kind, request);
        const body = await readCapped(
          bodyOf(request),
          kind === 'amazon-sns' ? MAX_SNS_BODY : MAX_BODY,
          () =>
            new AppError(
              'too_large',
              `The message is larger than ${kind === 'amazon-sns' ? 1 : 16} MiB. Set max_alerts at the sender.`,
            ),
        );
        const sender =
          kind === 'amazon-sns'
            ? await amazon(body)
            : {
                source: source ?? authenticateBySignature(request, body, Date.now()),
                messageId: null,
              };
        name = sender.source.name;
        if ('confirmed' in sender)
          return Response.json({ status: sender.confirmed ? 'confirmed' : 'noted' });
        if (kind !== 'amazon-sns' && !MESSAGE_READERS[kind].isMessage(jsonIn(body)))
          throw new AppError('invalid_input', `This is no message of ${kind}.`);
        await storeDelivery(sender.source, body, sender.messageId);
        scheduleProcessing();
        metrics().alertDeliveries.inc({ source: name, outcome: 'stored' });
        return Response.json({ status: 'stored' });
      } catch (error) {
        metrics().alertDeliveries.inc({
          source: name,
          outcome: error instanceof AppError ? error.code : 'internal',
        });
        throw error;
      }
    });
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AppError('invalid_input', 'The body is not JSON.');
  }
}

/**
 * Amazon sends text/plain, and its signature is inside: the envelope has to be read to know the
 * sender.
 */
async function amazon(
  body: Buffer,
): Promise<{ source: AlertSender; messageId: string; confirmed?: boolean }> {
  const message: Envelope = readEnvelope(jsonIn(body));
  const sources = alertSourcesOfKind('amazon-sns');
  await verifyEnvelope(
    message,
    sources.flatMap(({ topics }) => topics),
    Date.now(),
  );
  const source = sources.find(({ topics }) => topics.includes(message.TopicArn))!;
  if (message.Type === 'Notification') return { source, messageId: message.MessageId };
  const confirm = message.Type === 'SubscriptionConfirmation' && source.confirm;
  if (confirm) await confirmSubscription(message);
  return { source, messageId: message.MessageId, confirmed: confirm };
}
