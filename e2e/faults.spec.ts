import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import type { DashboardView } from '@/lib/dashboards/contract';
import { FAULTS, type Fault } from '@/demo/service/faults';
import { mintCorrelationId } from '@/lib/correlation-id/propagation';
import type { RequestView } from '@/lib/requests/contract';
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

async function panelTurnsRed(panel: string, series: RegExp): Promise<void> {
  const breaches = async () => {
    const response = await fetch(`${demo().url}/api/dashboards/application?range=15m`, {
      headers: { authorization: `Bearer ${demo().token}` },
    });
    return ((await response.json()) as DashboardView).panels
      .find(({ id }) => id === panel)!
      .breaches.map(({ name }) => name)
      .join();
  };
  await expect.poll(breaches, { timeout: 120_000, intervals: [3_000] }).toMatch(series);
}

interface Row {
  readonly name: string;
  readonly service: string | null;
  readonly state: string;
}

/**
 * Through Prometheus and Alertmanager, within three minutes of the moment the fault was switched
 * on.
 */
async function fires(name: string, service: string, sinceMs: number): Promise<void> {
  const firing = async () => {
    const response = await fetch(`${demo().url}/api/alerts?q=${name}`, {
      headers: { authorization: `Bearer ${demo().token}` },
    });
    return ((await response.json()) as { episodes: Row[] }).episodes.some(
      (row) => row.name === name && row.service === service && row.state === 'firing',
    );
  };
  await expect
    .poll(firing, {
      message: `${name} of ${service}`,
      timeout: Math.max(1, 180_000 - (Date.now() - sinceMs)),
      intervals: [3_000],
    })
    .toBe(true);
}

test.describe.configure({ mode: 'serial' });

test('error burst: who answered what because of what threw; failed requests turn red; its alert fires', async ({
  portal,
}) => {
  test.setTimeout(240_000);
  const since = fault('error-burst', 'on');
  await verdictBecomes(
    /^failed: Failed: checkout answered 500 because inventory reserve threw DatabaseError in all 3 attempts[.:]/,
  );
  await panelTurnsRed('errors', /inventory/);
  await fires('ServiceErrorRatioHigh', 'inventory', since);
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
  fault('error-burst', 'off');
});

test('clock skew: it succeeded, and whose clock is wrong by how much', async () => {
  fault('clock-skew', 'on');
  await verdictBecomes(
    /^succeeded: Succeeded in .*pool-a-4's clock runs 4\.\d+ s ahead \(\d+ calls? shows? it\); times shown adjusted\.$/,
  );
  fault('clock-skew', 'off');
});

let slowSince = 0;
test('slow dependency: how slow, who took how long, and that nothing failed; the 95th percentile turns red', async () => {
  test.setTimeout(240_000);
  slowSince = fault('slow-dependency', 'on');
  await verdictBecomes(
    /^slow: Slow: \d(\.\d+)? s, normally \d+(\.\d+)? ms\. payments .* took \d(\.\d+)? s, normally \d+(\.\d+)? ms\. Nothing failed\./,
  );
  await panelTurnsRed('p95', /payments/);
});

test('missing consumer: what has waited how long where, and that nobody was seen; its alert fires', async () => {
  test.setTimeout(300_000);
  const since = fault('missing-consumer', 'on');
  await new Promise((done) => setTimeout(done, 3_000));
  const id = await checkout();
  await expect
    .poll(async () => wordsOf(await viewOf(id)), { timeout: 90_000, intervals: [5_000] })
    .toMatch(
      /^incomplete: Incomplete: edge answered 200, but order\.created from checkout has waited \d+(\.\d+)? s in queue orders; normally under \d+(\.\d+)? m?s\. No consumer seen\.$/,
    );
  await fires('ServiceLatencyP95High', 'payments', slowSince);
  await fires('DependencyMissing', 'checkout', since);
  fault('slow-dependency', 'off');
  fault('missing-consumer', 'off');
});

test('retry storm: who tried whom how often, and what that does to who is tried; its alert fires', async () => {
  test.setTimeout(240_000);
  const since = fault('retry-storm', 'on');
  await verdictBecomes(
    /^failed: Failed: checkout tried inventory 6 times in \d(\.\d+)? s, 503 each time\. Inventory gets \d(\.\d)? calls per checkout; normally \d(\.\d)?\.$/,
    120_000,
  );
  await panelTurnsRed('dependency-errors', /checkout inventory/);
  await fires('RetryStorm', 'checkout', since);
  fault('retry-storm', 'off');
});
