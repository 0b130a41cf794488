import { prisma } from '@/lib/db/client';
import { alertPool, jobsPool } from '@/lib/db/pool';
import { runDueJobs } from '@/lib/jobs/worker';
import { clearJobs } from '@/lib/jobs/jobs.fixture';
import { alertJobs, notificationJobs } from '../jobs';
import { config } from '@/lib/config/load';
import { intake } from '@/lib/http/inbound';
import { processDeliveries } from './process-deliveries';
import { receive, webhookRoute } from './receive';

export const TOKEN = 'a-token-for-tests-only';
export const SECOND_TOKEN = 'the-next-token-for-tests';
export const HMAC_SECRET = 'a-secret-for-signatures';
export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';

/** The settings of a portal that takes alerts of every kind, over the database of the tests. */
export function useAlerts(databaseUrl: string, more: Record<string, string> = {}): void {
  Object.assign(process.env, {
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'silent',
    HOSTNAME: '127.0.0.1',
    ALERT_SOURCES: JSON.stringify([
      {
        name: 'production',
        kind: 'alertmanager',
        tokens: [TOKEN, SECOND_TOKEN],
        basic: [{ user: 'am', password: 'a-password-of-tests' }],
      },
      { name: 'staging', kind: 'alertmanager', tokens: ['another-token-of-tests'] },
      {
        name: 'grafana',
        kind: 'grafana',
        tokens: ['grafana-token-of-tests'],
        hmacSecrets: [HMAC_SECRET],
      },
      {
        name: 'google',
        kind: 'google-cloud-monitoring',
        tokens: ['google-token-of-tests'],
        basic: [],
      },
      { name: 'amazon', kind: 'amazon-sns', topics: [TOPIC] },
    ]),
    ...more,
  });
  config.reset();
  config();
}

export async function clearAlerts(): Promise<void> {
  await alertPool().query(
    `TRUNCATE alert_deliveries,
              alert_quarantine,
              alert_series,
              alert_episodes,
              alert_events,
              alert_acknowledgements,
              alert_outbox,
              alert_channels,
              alert_evidence,
              alert_evidence_episodes,
              alert_evidence_requests,
              alert_peers,
              alert_reconciliations`,
  );
  await clearJobs();
}

export async function endAlerts(): Promise<void> {
  await prisma().$disconnect();
  await alertPool().end();
  await jobsPool().end();
}

export interface Alert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt?: string;
  readonly fingerprint: string;
  readonly annotations?: Record<string, string>;
}

export const alert = (
  name: string,
  status: 'firing' | 'resolved',
  startMs: number,
  more: {
    endMs?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    fingerprint?: string;
  } = {},
): Alert => ({
  status,
  labels: { alertname: name, severity: 'critical', service: 'checkout', ...more.labels },
  annotations: more.annotations ?? { summary: `${name} on checkout` },
  startsAt: new Date(startMs).toISOString(),
  endsAt: more.endMs === undefined ? '0001-01-01T00:00:00Z' : new Date(more.endMs).toISOString(),
  fingerprint: more.fingerprint ?? name.toLowerCase(),
});

export const message = (alerts: readonly unknown[], more: object = {}) => ({
  version: '4',
  status: 'firing',
  receiver: 'portal',
  groupKey: '{}:{}',
  externalURL: 'http://am-0:9093',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  truncatedAlerts: 0,
  alerts,
  ...more,
});

/** One POST as a route handles it; the body is sent as it is when it is text or bytes. */
export function post(
  kind: Parameters<typeof receive>[0],
  body: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
  query = '',
): Promise<Response> {
  const bytes =
    typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return intake(
    webhookRoute(kind),
    receive(kind),
  )(
    new Request(`http://127.0.0.1/api/webhooks/${kind}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: bytes as never,
    }),
  );
}

/** Delivers and waits until it is read. */
export async function delivered(alerts: readonly Alert[], more: object = {}): Promise<void> {
  const { status } = await post('alertmanager', message(alerts, more));
  if (status !== 200) throw new Error(`not stored: ${status}`);
  await processDeliveries();
}

/** Does what is due: notifications, captures, silences. */
export const runAlertJobs = (): Promise<void> =>
  runDueJobs([...notificationJobs(), ...alertJobs()]);

export interface EpisodeRow {
  readonly id: string;
  readonly name: string;
  readonly started_at: Date;
  readonly resolved_at: Date | null;
  readonly resolved_by: string | null;
  readonly doubtful_since: Date | null;
}

export const episodes = async (): Promise<EpisodeRow[]> =>
  (
    await alertPool().query<EpisodeRow>(
      `SELECT e.*, s.name
         FROM alert_episodes e
         JOIN alert_series s ON s.id = e.series_id
        ORDER BY s.name, e.started_at`,
    )
  ).rows;
export const eventKinds = async (episodeId: string): Promise<string[]> =>
  (
    await alertPool().query<{ kind: string }>(
      'SELECT kind FROM alert_events WHERE episode_id = $1 ORDER BY id',
      [episodeId],
    )
  ).rows.map(({ kind }) => kind);
export const counted = async (table: string): Promise<number> =>
  Number(
    (await alertPool().query<{ count: bigint }>(`SELECT count(*) FROM ${table}`)).rows[0]!.count,
  );
