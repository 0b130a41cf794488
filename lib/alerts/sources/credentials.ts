import { createHmac } from 'node:crypto';
import { sameSecret } from '@/lib/auth/secret';
import {
  alertSources as schema,
  type AlertSender,
  type AlertSenderKind,
} from '@/lib/config/alert-settings';
import { config } from '@/lib/config/load';
import { secretText } from '@/lib/config/secret-file';
import { jsonText } from '@/lib/config/values';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';

let read: { text: string; sources: readonly AlertSender[] } | undefined;

/**
 * Who may send alerts. A mounted file is read again when it changes; one that became wrong leaves
 * what was before.
 */
export function alertSources(): readonly AlertSender[] {
  const { ALERT_SOURCES, ALERT_SOURCES_FILE } = config();
  const text = ALERT_SOURCES_FILE ? secretText(ALERT_SOURCES_FILE) : undefined;
  if (text === undefined) return ALERT_SOURCES;
  if (read?.text === text) return read.sources;
  const parsed = jsonText(schema).safeParse(text);
  if (!parsed.success)
    log().error(
      'ALERT_SOURCES_FILE has changed and cannot be read; the sources of before are kept',
    );
  read = { text, sources: parsed.success ? parsed.data : (read?.sources ?? ALERT_SOURCES) };
  return read.sources;
}

export type AlertSourceOf<Kind extends AlertSenderKind> = Extract<AlertSender, { kind: Kind }>;
export const alertSourcesOfKind = <Kind extends AlertSenderKind>(
  kind: Kind,
): AlertSourceOf<Kind>[] =>
  alertSources().filter((source): source is AlertSourceOf<Kind> => source.kind === kind);

/**
 * A token that is too short to be one is as good as none: an empty file must not let everybody in.
 */
const MIN_TOKEN_LENGTH = 16;
const tokensOf = ({
  tokens,
  tokenFiles,
}: Exclude<AlertSender, { kind: 'amazon-sns' }>): string[] => [
  ...tokens,
  ...tokenFiles
    .map(secretText)
    .filter((text): text is string => text !== undefined && text.length >= MIN_TOKEN_LENGTH),
];

const REFUSED = () =>
  new AppError('unauthenticated', 'The credentials are not those of a source of this kind.', {
    'www-authenticate': 'Bearer',
  });
const SIGNATURE_HEADER = 'x-grafana-alerting-signature';
const MAX_SKEW_MS = 300_000;

/**
 * The source whose credential the request carries, by header alone: the body is not read yet. Every
 * credential is compared, in a time
 * that tells nothing. Undefined: a signature over the body is still to be looked at.
 * @throws AppError unauthenticated
 */
export function authenticateByHeader(
  kind: Exclude<AlertSenderKind, 'amazon-sns'>,
  request: Request,
): AlertSender | undefined {
  const authorization = request.headers.get('authorization') ?? '';
  // Cloud Monitoring can send a token in the URL only; nothing of ours writes URLs of webhooks
  // down.
  const inUrl =
    kind === 'google-cloud-monitoring'
      ? (new URL(request.url).searchParams.get('auth_token') ?? '')
      : '';
  let found: AlertSender | undefined;
  for (const source of alertSourcesOfKind(kind)) {
    for (const token of tokensOf(source))
      if (sameSecret(authorization, `Bearer ${token}`) || sameSecret(inUrl, token)) found = source;
    for (const { user, password } of source.basic)
      if (
        sameSecret(authorization, `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`)
      )
        found = source;
  }
  if (found) return found;
  if (
    kind === 'grafana' &&
    request.headers.has(SIGNATURE_HEADER) &&
    alertSourcesOfKind('grafana').some(({ hmacSecrets }) => hmacSecrets.length > 0)
  )
    return undefined;
  throw REFUSED();
}

/**
 * The Grafana whose secret signed these very bytes, with a time of its own where it sends one.
 * @throws AppError unauthenticated
 */
export function authenticateBySignature(
  request: Request,
  body: Uint8Array,
  nowMs: number,
): AlertSender {
  const given = request.headers.get(SIGNATURE_HEADER) ?? '';
  let found: AlertSender | undefined;
  for (const source of alertSourcesOfKind('grafana')) {
    const time = source.hmacTimestampHeader
      ? request.headers.get(source.hmacTimestampHeader)
      : undefined;
    // Signed with its time: old messages cannot be played again for long.
    if (
      time !== undefined &&
      !(
        time !== null &&
        /^\d{1,12}$/.test(time) &&
        Math.abs(nowMs - Number(time) * 1000) <= MAX_SKEW_MS
      )
    )
      continue;
    for (const secret of source.hmacSecrets) {
      const mac = createHmac('sha256', secret);
      if (time) mac.update(`${time}:`);
      if (sameSecret(given.toLowerCase(), mac.update(body).digest('hex'))) found = source;
    }
  }
  if (!found) throw REFUSED();
  return found;
}
