import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import type { AffectedRequestsView, ChangesView } from '@/lib/alerts/analysis/contract';
import type { EpisodeList, EpisodeRow, EpisodeView } from '@/lib/alerts/contract';
import type { DashboardView } from '@/lib/dashboards/contract';
import { FAULTS, type Fault } from '@/demo/service/faults';
import { mintCorrelationId } from '@/lib/correlation-id/propagation';
import type { RequestView } from '@/lib/requests/contract';
import type { RecentRequests } from '@/lib/requests/explore/contract';
import { demo, expect, test, viewOf } from './portal';

/** As a person switches one. */
function fault(name: Fault, to: 'on' | 'off'): number {
  const { status } = spawnSync(process.execPath, [
    '--import',
    'tsx',
    'bin/demo.ts',
    '--folder',
    dirname(process.env.DEMO_STATE!),
    '--fault',
    `${name}=${to}`,
  ]);
  expect(status).toBe(0);
  return Date.now();
}
test.afterAll(() => {
  for (const name of FAULTS) fault(name, 'off');
});

async function answerOf<Body>(path: string): Promise<Body> {
  const response = await fetch(`${demo().url}${path}`, {
    headers: { authorization: `Bearer ${demo().token}` },
  });
  expect(response.status, path).toBe(200);
  return (await response.json()) as Body;
}

async function checkout(): Promise<string> {
  const id = mintCorrelationId();
  await fetch(`${demo().services.edge}/checkout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-correlation-id': id },
    body: JSON.stringify({ sku: 'A-1', quantity: 2 }),
  });
  return id;
}
const wordsOf = ({ verdict }: RequestView) =>
  `${verdict.state}: ${verdict.sentence.map(({ text }) => text).join('')}`;

/** A request of now, whose verdict becomes what the page must say. */
async function verdictBecomes(words: RegExp, timeout = 60_000): Promise<void> {
  let id = await checkout();
  let tries = 0;
  await expect
    .poll(
      async () => {
        // What depends on others that failed alike is known with the next one.
        if ((tries += 1) % 8 === 0) id = await checkout();
        return wordsOf(await viewOf(id));
      },
      { timeout, intervals: [2_000] },
    )
    .toMatch(words);
}

/** Begins with these parts, whatever stands between them; `#` is a figure. */
function sentence(...parts: readonly string[]): RegExp {
  const patterns = parts.map((part) =>
    part
      .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('#', String.raw`\d+(?:\.\d+)?`),
  );
  return new RegExp(`^${patterns.join('.*')}`);
}

async function panelTurnsRed(panel: string, series: RegExp): Promise<void> {
  const breaches = async () => {
    const { panels } = await answerOf<DashboardView>('/api/dashboards/application?range=15m');
    return panels
      .find(({ id }) => id === panel)!
      .breaches.map(({ name }) => name)
      .join();
  };
  await expect.poll(breaches, { timeout: 120_000, intervals: [3_000] }).toMatch(series);
}

const episodesNamed = async (name: string, service: string): Promise<EpisodeRow[]> =>
  (await answerOf<EpisodeList>(`/api/alerts?state=all&q=${name}`)).episodes.filter(
    (row) => row.name === name && row.service === service,
  );

/**
 * Through Prometheus and Alertmanager, within three minutes of the moment the fault was switched
 * on. @returns the episode
 */
async function fires(name: string, service: string, sinceMs: number): Promise<string> {
  let found: EpisodeRow | undefined;
  await expect
    .poll(
      async () => {
        found = (await episodesNamed(name, service)).find(({ state }) => state === 'firing');
        return found !== undefined;
      },
      {
        message: `${name} of ${service}`,
        timeout: Math.max(1, 180_000 - (Date.now() - sinceMs)),
        intervals: [3_000],
      },
    )
    .toBe(true);
  return found!.id;
}

/** An alert that another fault made fire as well has ended. */
async function isOver(name: string, service: string): Promise<void> {
  const firing = async () =>
    (await episodesNamed(name, service)).filter(({ state }) => state === 'firing').length;
  await expect
    .poll(firing, { message: `${name} of ${service}`, timeout: 300_000, intervals: [3_000] })
    .toBe(0);
}

/** The episode names what leads it, in the words of its kind, and what was led by it before. */
async function episodeTells(
  id: string,
  { leading, impact }: { leading: RegExp; impact: Record<string, unknown> },
): Promise<EpisodeView> {
  const read = () => answerOf<EpisodeView>(`/api/alerts/${id}`);
  await expect
    .poll(async () => (await read()).leadingSignature, { timeout: 90_000, intervals: [3_000] })
    .toMatch(leading);
  await expect
    .poll(async () => (await read()).impact, { timeout: 60_000, intervals: [3_000] })
    .toMatchObject(impact);
  const episode = await read();
  for (const earlier of episode.before.filter(({ same }) => same === 'signature'))
    expect((await answerOf<EpisodeView>(`/api/alerts/${earlier.id}`)).leadingSignature).toBe(
      episode.leadingSignature,
    );
  return episode;
}

const affectedBy = (id: string) =>
  answerOf<AffectedRequestsView>(`/api/alerts/${id}/affected-requests`);

/** Home, episode and the page of a request name the same failure. */
async function agreesEverywhere({ id, leadingSignature }: EpisodeView): Promise<void> {
  const { signatures } = await affectedBy(id);
  const own = signatures.find(({ signature }) => signature === leadingSignature);
  expect(own, leadingSignature ?? '').toBeDefined();
  const home = await answerOf<RecentRequests>('/api/requests?state=failed');
  expect(home.failures!.signatures.map(({ signature }) => signature)).toContain(leadingSignature);
  expect((await viewOf(own!.example)).verdict.signature).toBe(leadingSignature);
}

/** Rules about requests, and about clocks: what the machine of a test does is no fault. */
const WATCHED = ['application', 'tracing', 'slo']
  .flatMap((name) => {
    const file = parse(readFileSync(`alert-rules/${name}.yaml`, 'utf8')) as {
      groups: { rules: { alert?: string; annotations?: { portal_impact?: string } }[] }[];
    };
    return file.groups.flatMap(({ rules }) => rules);
  })
  .filter(
    ({ alert, annotations }) =>
      alert === 'ClockSkewHigh' || annotations?.portal_impact !== 'infrastructure',
  )
  .flatMap(({ alert }) => alert ?? []);
/** What was pending when the fault ended may still fire: a scrape, an evaluation, a rule's window. */
const LAG_MS = 45_000;

/** Switched off, its alert resolves, and nothing else fires because it is over. */
async function recovers(name: Fault, ids: readonly string[]): Promise<void> {
  const offMs = fault(name, 'off');
  for (const id of ids)
    await expect
      .poll(async () => (await answerOf<EpisodeView>(`/api/alerts/${id}`)).state, {
        message: `${name} resolves`,
        timeout: 240_000,
        intervals: [3_000],
      })
      .toBe('resolved');
  const { episodes } = await answerOf<EpisodeList>('/api/alerts?state=all&limit=500');
  expect(
    episodes
      .filter((row) => WATCHED.includes(row.name))
      .filter(({ startedAt }) => Date.parse(startedAt) > offMs + LAG_MS)
      .map((row) => `${row.name} of ${row.service} ${row.startedAt}`),
  ).toEqual([]);
}

/** Whether the demo has run for as long as a rule looks back. */
async function hasHistory(series: string, offsetSeconds: number): Promise<void> {
  const query = `count(${series} offset ${offsetSeconds}s)`;
  const count = async () => {
    const response = await fetch(
      `${demo().prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`,
    );
    const { data } = (await response.json()) as { data: { result: unknown[] } };
    return data.result.length;
  };
  await expect.poll(count, { timeout: 300_000, intervals: [3_000] }).toBe(1);
}

test.describe.configure({ mode: 'serial' });

let firstBurst = '';
test('error burst: who answered what because of what threw; failed requests turn red; its alert fires', async ({
  portal,
}) => {
  test.setTimeout(600_000);
  const since = fault('error-burst', 'on');
  await verdictBecomes(
    /^failed: Failed: checkout answered 500 because inventory reserve threw DatabaseError in all 3 attempts[.:]/,
  );
  await panelTurnsRed('errors', /inventory/);
  const id = await fires('ServiceErrorRatioHigh', 'inventory', since);
  firstBurst = id;
  // Seen by a person: the card is red and says what to do, home says broken, the rollout stands
  // beside it.
  await portal.page.goto(`${portal.url}/dashboards/application?range=15m`);
  await expect(
    portal.page.locator('[data-testid=panel-errors][data-severity=critical]'),
  ).toContainText('threshold 5 %');
  await expect(portal.page.getByTestId('changes')).toContainText('Deployment inventory');
  await expect(portal.page.getByTestId('episodes')).toContainText('ServiceErrorRatioHigh');
  await portal.page.goto(portal.url);
  await expect(portal.page.getByTestId('tiles')).toContainText('Application broken');
  await agreesEverywhere(
    await episodeTells(id, {
      leading: /^inventory · .* · DatabaseError/,
      impact: { subject: { kind: 'failures' } },
    }),
  );
  // Edge fails because of it: the rollout of inventory stands beside that alert too.
  const [edge] = await episodesNamed('ServiceErrorRatioHigh', 'edge');
  if (edge) {
    const { changes } = await answerOf<ChangesView>(`/api/alerts/${edge.id}/changes`);
    expect(changes.map(({ object }) => object)).toContain('Deployment inventory');
  }
  await recovers('error-burst', [id]);
});

test('clock skew: it succeeded, and whose clock is wrong by how much; its alert fires', async () => {
  test.setTimeout(600_000);
  const since = fault('clock-skew', 'on');
  await verdictBecomes(
    /^succeeded: Succeeded in .*pool-a-4's clock runs 4\.\d+ s ahead \(\d+ calls? shows? it\); times shown adjusted\.$/,
  );
  const id = await fires('ClockSkewHigh', 'payments', since);
  expect(await affectedBy(id)).toMatchObject({
    subject: { kind: 'infrastructure' },
    signatures: [],
    failed: null,
  });
  const { summary } = await answerOf<EpisodeView>(`/api/alerts/${id}`);
  expect(summary).toMatch(/^The clocks of checkout and payments differ by 4\.\d+s\.$/);
  await recovers('clock-skew', [id]);
});

test('slow dependency: how slow, who took how long, and that nothing failed; its alert counts slow requests', async ({
  portal,
}) => {
  test.setTimeout(600_000);
  const since = fault('slow-dependency', 'on');
  await verdictBecomes(
    sentence(
      'slow: Slow: # s, normally # ms. payments',
      'took # s, normally # ms. Nothing failed.',
    ),
  );
  await panelTurnsRed('p95', /payments/);
  const id = await fires('ServiceLatencyP95High', 'payments', since);
  const { evidence } = await episodeTells(id, {
    leading: /^payments · .* · slow$/,
    impact: { subject: { kind: 'slow_requests', thresholdMs: 1_000, quantile: 0.95 } },
  });
  expect(evidence[0]!.requests[0]!.sentence).toMatch(/^Slow: .*payments .* took/);
  const affected = await affectedBy(id);
  expect(affected.signatures[0]).toMatchObject({ errorType: 'slow' });
  await portal.page.goto(`${portal.url}/alerts/${id}`);
  await expect(portal.page.getByTestId('impact')).toContainText(
    /p95 \d(\.\d)? s, normally \d+ ms; \d+ of \d+ requests of payments over 1 s/,
  );
  await expect(portal.page.getByTestId('affected-requests')).toContainText('Slow requests');
  await recovers('slow-dependency', [id]);
});

test('missing consumer: what has waited how long where, and that nobody was seen; its alert fires', async () => {
  test.setTimeout(600_000);
  const since = fault('missing-consumer', 'on');
  await new Promise((done) => setTimeout(done, 3_000));
  const waiting = await checkout();
  await expect
    .poll(async () => wordsOf(await viewOf(waiting)), { timeout: 90_000, intervals: [5_000] })
    .toMatch(
      sentence(
        'incomplete: Incomplete: edge answered 200, but order.created from checkout has waited # s',
        ' in queue orders; normally under #',
        's. No consumer seen.',
      ),
    );
  const id = await fires('DependencyMissing', 'checkout', since);
  await episodeTells(id, {
    leading: /^checkout · orders · no consumer$/,
    impact: { subject: { kind: 'missing_calls' }, calls: { client: 'checkout', server: 'worker' } },
  });
  expect((await affectedBy(id)).signatures.length).toBeGreaterThan(0);
  await recovers('missing-consumer', [id]);
});

test('retry storm: who tried whom how often, and what that does to who is tried; its alert fires', async () => {
  test.setTimeout(900_000);
  // The rule compares with the hour before, which in the demo is a few minutes.
  await hasHistory('traces_service_graph_request_total{client="checkout",server="inventory"}', 225);
  const since = fault('retry-storm', 'on');
  await verdictBecomes(
    sentence(
      'failed: Failed: checkout tried inventory 6 times in # s, 503 each time.',
      ' Inventory gets # calls per checkout; normally #.',
    ),
    120_000,
  );
  await panelTurnsRed('dependency-errors', /checkout inventory/);
  const id = await fires('RetryStorm', 'checkout', since);
  await agreesEverywhere(
    await episodeTells(id, {
      leading: /^(checkout|inventory) · .* · HTTP 503$/,
      impact: { subject: { kind: 'retries' }, calls: { client: 'checkout', server: 'inventory' } },
    }),
  );
  await recovers('retry-storm', [id]);
});

test('the first fault again, after all others: what it was last time stands beside it', async () => {
  test.setTimeout(900_000);
  // The refusals of a retry storm are errors too.
  await isOver('ServiceErrorRatioHigh', 'inventory');
  const since = fault('error-burst', 'on');
  const id = await fires('ServiceErrorRatioHigh', 'inventory', since);
  const { before } = await episodeTells(id, {
    leading: /^inventory · .* · DatabaseError/,
    impact: { subject: { kind: 'failures' } },
  });
  expect(before.filter(({ same }) => same === 'signature').map((each) => each.id)).toContain(
    firstBurst,
  );
  await recovers('error-burst', [id]);
});

test('price error: through the layers of a framework, what threw where', async () => {
  test.setTimeout(120_000);
  fault('price-error', 'on');
  await verdictBecomes(
    sentence(
      'failed: Failed: checkout answered 500 because pricing POST /quote threw PriceListError:',
      ' the price list of A-1 has no currency.',
    ),
  );
  fault('price-error', 'off');
});
