import type { EpisodeList } from '@/lib/alerts/contract';
import type { DashboardView } from '@/lib/dashboards/contract';
import type { OpenApiDocument } from '@/lib/http/openapi';
import { AnswerSchemas } from './answer-schemas';
import { demo, expect, test, viewOf } from './portal';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
}

const headers = () => ({ authorization: `Bearer ${demo().token}` });

async function getJson<Value>(path: string): Promise<Value> {
  const response = await fetch(demo().url + path, { headers: headers() });
  expect(response.status, path).toBe(200);
  return (await response.json()) as Value;
}

/** One that is over, so that no other test sees it fire. */
async function deliverAlert(): Promise<void> {
  const alert = {
    status: 'resolved',
    labels: { alertname: 'ContractTest', severity: 'info', service: 'contract-test' },
    annotations: {},
    startsAt: new Date(Date.now() - 60_000).toISOString(),
    endsAt: new Date().toISOString(),
    fingerprint: 'contract-test',
  };
  const response = await fetch(`${demo().url}/api/webhooks/alertmanager`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${demo().webhookToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ version: '4', alerts: [alert] }),
  });
  expect(response.status).toBe(200);
}

/** A value of each required parameter, from what the demo holds. */
async function parameterValues(): Promise<Record<string, string>> {
  const view = await viewOf(demo().ids.failed);
  const { panels } = await getJson<DashboardView>('/api/dashboards/runners?points=10');
  const { episodes } = await getJson<EpisodeList>('/api/alerts?state=all');
  return {
    correlationId: view.correlationId,
    revision: view.revision,
    ids: '0,1',
    line: view.logs[0]!.id,
    q: `traceparent: 00-${view.lanes[0]!.id}-00f067aa0ba902b7-01`,
    // The one that lists requests below its panels.
    dashboard: 'runners',
    panel: panels[0]!.id,
    episodeId: episodes[0]!.id,
    asset: 'swagger-ui.css',
  };
}

/** The path with its parameters, those of the query only where they are required. */
function urlOf(path: string, parameters: readonly Parameter[], values: Record<string, string>) {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: place, required } of parameters) {
    if (!required) continue;
    const value = values[name];
    if (value === undefined) throw new Error(`${path}: no value for ${name} in this test`);
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value));
    else query.set(name, value);
  }
  return query.size ? `${filled}?${query}` : filled;
}

test('every GET route answers what the OpenAPI document says', async () => {
  const { paths } = await getJson<OpenApiDocument>('/api/openapi.json');
  await deliverAlert();
  await expect
    .poll(async () => (await getJson<EpisodeList>('/api/alerts?state=all')).episodes.length)
    .toBeGreaterThan(0);
  const values = await parameterValues();
  const operations = Object.entries(paths).flatMap(([path, { get }]) =>
    get ? [{ path, get }] : [],
  );
  expect(operations.length).toBeGreaterThan(25);
  for (const { path, get } of operations) {
    const url = demo().url + urlOf(path, (get.parameters ?? []) as Parameter[], values);
    const left = new AbortController();
    const response = await fetch(url, { headers: headers(), signal: left.signal });
    // The token of the demo is a responder's.
    const refused = String(get.description).includes('Needs the role admin');
    expect(response.status, url).toBe(refused ? 403 : 200);
    // A stream goes on until its reader leaves.
    if (response.headers.get('content-type')!.startsWith('text/event-stream')) left.abort();
    else await response.arrayBuffer();
  }
});

test('the parts of a request and of a dashboard are described too', async () => {
  const accept = 'application/x-ndjson';
  for (const path of [`/api/requests/${demo().ids.failed}`, '/api/dashboards/application']) {
    const response = await fetch(demo().url + path, { headers: { ...headers(), accept } });
    expect(response.headers.get('content-type')).toBe(accept);
    const parts = (await response.text()).trimEnd().split('\n');
    expect(parts.map((part) => typeof JSON.parse(part))).toContain('object');
  }
});

test('refusals are described: nobody, nothing, and what cannot be', async () => {
  const { url } = demo();
  expect((await fetch(`${url}/api/alerts`)).status).toBe(401);
  const get = async (path: string) => (await fetch(url + path, { headers: headers() })).status;
  expect(await get('/api/alerts?state=lost')).toBe(400);
  expect(await get('/api/alerts/00000000-0000-4000-8000-000000000000')).toBe(404);
  const origin = await fetch(`${url}/api/session`, { method: 'POST', body: '{}' });
  expect(origin.status).toBe(403);
});

test('a page shows the document, and takes nothing from elsewhere', async ({ page }) => {
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(demo().url))
      faults.push(request.url());
  });
  await page.goto(`${demo().url}/api/docs`);
  await page.getByText('/affected-requests').click();
  await expect(page.getByText('Needs the role viewer.')).toBeVisible();
  expect(faults).toEqual([]);
});

test('an answer that differs from the document is reported', async () => {
  const document = await getJson<OpenApiDocument>('/api/openapi.json');
  const faultsOf = async (body: string, status = 200, mediaType = 'application/json') => {
    const schemas = new AnswerSchemas(document);
    const headers = { 'content-type': mediaType, 'x-correlation-id': 'contract-test' };
    const response = new Response(status === 204 ? null : body, { status, headers });
    Object.defineProperty(response, 'url', { value: `${demo().url}/api/healthz` });
    await (await schemas.wrap(async () => response)('/api/healthz')).text();
    return schemas.faults.map((fault) => fault.replace(/^.*?: /, ''));
  };
  expect(await faultsOf('{"status":"ok"}')).toEqual([]);
  expect(await faultsOf('{"status":"fine"}')).toEqual([expect.stringContaining('/status must be')]);
  expect(await faultsOf('{"status":"ok","since":1}')).toEqual([
    expect.stringContaining('must NOT have additional properties'),
  ]);
  expect(await faultsOf('{}', 202)).toEqual(['the document has no such status']);
  expect(await faultsOf('ok', 200, 'text/plain')).toEqual(['the type is none of application/json']);
  expect(
    await faultsOf(
      '{"type":"x","title":"x","status":500,"code":"lost"}',
      500,
      'application/problem+json',
    ),
  ).toEqual([expect.stringContaining('/code must be equal')]);
});
