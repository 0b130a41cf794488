import { createTransport } from 'nodemailer';
import type { AlertChannel } from '@/lib/config/alert-settings';
import { config } from '@/lib/config/load';
import { outbound } from '@/lib/http/outbound';
import { textOf } from './notification-text';

interface NotificationBase {
  /** Where to look. */
  readonly url: string;
  /** The same for every attempt: what arrives twice can be told. */
  readonly key: string;
}

/** One alert that nobody has acknowledged; or a test of the channel. */
export interface SingleNotification extends NotificationBase {
  readonly kind: 'unacknowledged' | 'test';
  readonly name: string;
  readonly severity: string;
  readonly service: string | null;
  readonly summary: string;
  /** RFC 3339; null for a test. */
  readonly startedAt: string | null;
}

/** Many alerts that nobody has acknowledged, in one message; its link leads to their list. */
export interface DigestNotification extends NotificationBase {
  readonly kind: 'digest';
  readonly total: number;
  readonly bySeverity: Readonly<Record<string, number>>;
  /** The worst, then the oldest, first. */
  readonly worst: readonly {
    readonly name: string;
    readonly severity: string;
    readonly service: string | null;
    readonly startedAt: string;
    readonly url: string;
  }[];
}

/** What is told to others, whatever the channel. A webhook gets it as JSON, with `version: 1`. */
export type Notification = SingleNotification | DigestNotification;

const TIMEOUT_MS = 10_000;

/**
 * Sends a notification once.
 * @throws OutboundError when the other side did not take it; of e-mail, what its transport throws
 */
export async function sendNotification(
  channel: AlertChannel,
  notification: Notification,
  signal?: AbortSignal,
): Promise<void> {
  if (channel.kind === 'email') return sendMail(channel, notification);
  const url = new URL(channel.url);
  await outbound({
    backend: {
      base: url.origin,
      bearerFile: channel.kind === 'webhook' ? channel.bearerTokenFile : undefined,
    },
    path: url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
    query: Object.fromEntries(url.searchParams),
    headers: { 'idempotency-key': notification.key },
    send: {
      method: 'POST',
      json: channel.kind === 'slack' ? slackMessage(notification) : { version: 1, ...notification },
    },
    timeoutMs: TIMEOUT_MS,
    maxBytes: 64 * 1024,
    signal,
  });
}

function slackMessage(notification: Notification): { text: string } {
  const { headline, lines } = textOf(notification);
  const text = [headline, ...lines].map(escapeForSlack).join('\n');
  return { text: `${text}\n<${notification.url}|Open it>` };
}

/** Alerts hold whatever somebody put into a label: it must not become a link or a mention. */
const escapeForSlack = (text: string) =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(channel|here|everyone)/g, '@\u200b$1');

async function sendMail(
  channel: Extract<AlertChannel, { kind: 'email' }>,
  notification: Notification,
): Promise<void> {
  const transport = createTransport({
    url: config().SMTP_URL!,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { headline, lines } = textOf(notification);
  try {
    await transport.sendMail({
      from: channel.from,
      to: [...channel.to],
      subject: headline.replace(/[\r\n]+/g, ' ').slice(0, 200),
      text: `${headline}\n\n${lines.join('\n')}\n\n${notification.url}\n`,
      messageId: `<${notification.key.replace(/[^A-Za-z0-9.-]/g, '-')}@throughline>`,
    });
  } finally {
    transport.close();
  }
}
