import { mintCorrelationId } from '@/lib/correlation-id/propagation';

/**
 * Sends one request to an application and follows its id: through the answer, Tempo, Loki,
 * Prometheus and Alertmanager, to the portal's page. What is not configured is left out; what is
 * and does not know the id in time fails the run. It is what `helm test` runs.
 *
 * APPLICATION_URL (a POST of a checkout), SERVICES that have to be in it, with commas; PORTAL_URL,
 * PORTAL_PUBLIC_URL (its PUBLIC_URL, where that is another), PORTAL_USER, PORTAL_PASSWORD;
 * TEMPO_URL, LOKI_URL, PROMETHEUS_URL, ALERTMANAGER_URL.
 */
const {
  APPLICATION_URL,
  PORTAL_URL,
  PORTAL_PUBLIC_URL = PORTAL_URL,
  PORTAL_USER = 'admin',
  PORTAL_PASSWORD = '',
  SERVICES = 'edge,checkout,inventory',
  TEMPO_URL,
  LOKI_URL,
  PROMETHEUS_URL,
  ALERTMANAGER_URL,
} = process.env;
if (!APPLICATION_URL || !PORTAL_URL) {
  console.error('Set APPLICATION_URL and PORTAL_URL.');
  process.exit(64);
}
/**
 * Agents, gateway and backends each wait a little; Tempo finds by attribute what is half a minute
 * old.
 */
const PATIENCE_MS = Number(process.env.PATIENCE_SECONDS ?? 180) * 1000;
const PAUSE_MS = 2_000;
const CALL_MS = 10_000;

// The gateway keeps traces of ids that begin so, whatever it samples.
const id = `follow-${mintCorrelationId()}`;
let failed = 0;

async function get(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.json();
}
const query = (base: string, path: string, parameters: Record<string, string>) =>
  `${base}${path}?${new URLSearchParams(parameters)}`;

/**
 * Asks until the answer is one, or patience ends. `look` says what it saw, or throws why it is not
 * there yet.
 */
async function step(name: string, look: () => Promise<string>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return console.log(`✓ ${name}: ${await look()}`);
    } catch (error) {
      if (Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        continue;
      }
      failed += 1;
      return console.log(`✕ ${name}: ${(error as Error).message}`);
    }
  }
}

function found(count: number, what: string): string {
  if (count === 0) throw new Error(`no ${what} with this id`);
  return `${count} ${what}`;
}

console.log(`id ${id}`);
await step('The application answers and says the id back', async () => {
  const response = await fetch(APPLICATION_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-correlation-id': id },
    body: JSON.stringify({ sku: 'book-17', quantity: 1 }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (response.headers.get('x-correlation-id') !== id)
    throw new Error(
      `the answer (${response.status}) has not the header x-correlation-id that was sent`,
    );
  return String(response.status);
});
if (TEMPO_URL) {
  await step('Tempo has its traces', async () => {
    const now = Math.floor(Date.now() / 1000);
    const { traces = [] } = (await get(
      query(TEMPO_URL, '/api/search', {
        q: `{ span.correlation_id = "${id}" }`,
        start: String(now - 600),
        end: String(now + 60),
      }),
    )) as { traces?: unknown[] };
    return found(traces.length, 'traces');
  });
}
if (LOKI_URL) {
  await step('Loki has its lines', async () => {
    const { data } = (await get(
      query(LOKI_URL, '/loki/api/v1/query_range', {
        query: `{service_name=~".+"} | correlation_id="${id}"`,
        since: '10m',
        limit: '100',
      }),
    )) as { data: { result: { values: unknown[] }[] } };
    return found(
      data.result.reduce((sum, { values }) => sum + values.length, 0),
      'lines',
    );
  });
}
if (PROMETHEUS_URL) {
  await step('Prometheus has the span metrics of its services', async () => {
    const services = JSON.stringify(SERVICES.replaceAll(',', '|'));
    const { data } = (await get(
      query(PROMETHEUS_URL, '/api/v1/query', {
        query: `count by (service) (traces_spanmetrics_calls_total{service=~${services}})`,
      }),
    )) as { data: { result: unknown[] } };
    return found(data.result.length, 'services');
  });
}
if (ALERTMANAGER_URL) {
  await step('Alertmanager has the alert that always fires', async () =>
    found(
      (
        (await get(
          query(ALERTMANAGER_URL, '/api/v2/alerts', { filter: 'alertname="Watchdog"' }),
        )) as unknown[]
      ).length,
      'alerts',
    ),
  );
}

let cookie = '';
await step('The portal lets its user in', async () => {
  const response = await fetch(`${PORTAL_URL}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(PORTAL_PUBLIC_URL!).origin },
    body: JSON.stringify({ name: PORTAL_USER, password: PORTAL_PASSWORD }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (response.status !== 204) throw new Error(`answered ${response.status}`);
  cookie = (response.headers.get('set-cookie') ?? '').split(';')[0]!;
  return PORTAL_USER;
});
await step('The portal shows the whole request', async () => {
  const view = (await get(`${PORTAL_URL}/api/requests/${id}`, { headers: { cookie } })) as {
    lanes: unknown[];
    logs: unknown[];
    spans: { service: string }[];
    verdict: { sentence?: string };
  };
  const services = new Set(view.spans.map(({ service }) => service));
  for (const service of SERVICES.split(','))
    if (!services.has(service))
      throw new Error(`no span of ${service} yet (of ${[...services].join(', ') || 'none'})`);
  if (view.logs.length === 0) throw new Error('no lines yet');
  return `${view.lanes.length} lanes, ${services.size} services, ${view.logs.length} lines`;
});
if (ALERTMANAGER_URL) {
  await step('The portal hears of alerts', async () => {
    const { heartbeat } = (await get(`${PORTAL_URL}/api/alerts`, { headers: { cookie } })) as {
      heartbeat: { watchdogAt: string | null; sentences: string[] };
    };
    if (!heartbeat.watchdogAt)
      throw new Error(heartbeat.sentences[0] ?? 'it has not heard of Watchdog');
    return `Watchdog at ${heartbeat.watchdogAt}`;
  });
}

console.log(
  failed
    ? `\n${failed} steps failed. The page of it: ${PORTAL_URL}/requests/${id}`
    : '\nAll the way through.',
);
process.exit(failed ? 1 : 0);
