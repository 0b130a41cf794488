import { createTransport } from 'nodemailer';
import type { AlertChannel } from '@/lib/config/alert-settings';
import { config } from '@/lib/config/load';
import { outbound } from '@/lib/http/outbound';
import { formatDuration } from '@/lib/time/format';

/** What is told to others, whatever the channel. */
export interface Notice {
  readonly kind: 'unacknowledged' | 'test';
  readonly name: string;
  readonly severity: string;
  readonly service: string | null;
  readonly summary: string;
  readonly startedAt: string | null;
  readonly url: string;
  /** The same for every attempt: what arrives twice can be told. */
  readonly key: string;
}

const TIMEOUT_MS = 10_000;

/** Sends a notice once. @throws when the other side did not take it */
export async function send(channel: AlertChannel, notice: Notice): Promise<void> {
  if (channel.kind === 'email') return mail(channel, notice);
  const url = new URL(channel.url);
  const json =
    channel.kind === 'slack'
      ? {
          text: `${escaped(headline(notice))}\n${escaped(notice.summary)}\n<${notice.url}|Open it>`,
        }
      : { version: 1, ...notice };
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
    headers: { 'idempotency-key': notice.key },
    send: { method: 'POST', json },
    timeoutMs: TIMEOUT_MS,
    maxBytes: 64 * 1024,
  });
}

export function headline({ kind, name, severity, service, startedAt }: Notice): string {
  if (kind === 'test') return 'Test from Throughline: this channel works.';
  const since = startedAt
    ? ` for ${formatDuration((Date.now() - Date.parse(startedAt)) * 1e6)}`
    : '';
  return `${severity === 'none' ? '' : `${severity}: `}${name}${service ? ` on ${service}` : ''} has fired${since}, and nobody has acknowledged it.`;
}

/** Alerts hold whatever somebody put into a label: it must not become a link or a mention. */
const escaped = (text: string) =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(channel|here|everyone)/g, '@\u200b$1');

async function mail(
  channel: Extract<AlertChannel, { kind: 'email' }>,
  notice: Notice,
): Promise<void> {
  const transport = createTransport({
    url: config().SMTP_URL!,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: channel.from,
      to: [...channel.to],
      subject: headline(notice)
        .replace(/[\r\n]+/g, ' ')
        .slice(0, 200),
      text: `${headline(notice)}\n\n${notice.summary}\n\n${notice.url}\n`,
      messageId: `<${notice.key.replace(/[^A-Za-z0-9.-]/g, '-')}@throughline>`,
    });
  } finally {
    transport.close();
  }
}
