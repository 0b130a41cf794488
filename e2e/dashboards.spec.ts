import type { Page } from '@playwright/test';
import type { DashboardView, Tile } from '@/lib/dashboards/contract';
import { mintCorrelationId } from '@/lib/correlation-id/propagation';
import { demo, expect, test, viewOf, type Portal } from './portal';

const ask = async <Body>(path: string): Promise<Body> => {
  const response = await fetch(`${demo().url}/api/dashboards${path}`, {
    headers: { authorization: `Bearer ${demo().token}` },
  });
  expect(response.status, path).toBe(200);
  return (await response.json()) as Body;
};
const panel = (page: Page, id: string) => page.getByTestId(`panel-${id}`);

async function open(portal: Portal, path: string): Promise<Page> {
  const { page } = portal;
  await page.goto(`${portal.url}/dashboards/${path}`);
  await page.locator('[data-testid=dashboard][data-complete=true]').waitFor();
  return page;
}

test('every panel of application, runners and cluster has data soon after the start', async () => {
  test.setTimeout(150_000);
  for (const id of ['application', 'runners', 'cluster']) {
    await expect
      .poll(
        async () =>
          (await ask<DashboardView>(`/${id}?range=15m`)).panels
            .filter(({ state }) => state !== 'ok')
            .map((each) => `${each.id}: ${each.reason}`),
        { timeout: 120_000, intervals: [3_000] },
      )
      .toEqual([]);
  }
});

test('home says in one line each how application, runners and cluster are, and leads to their pages', async ({
  portal,
}) => {
  const tiles = portal.page.getByTestId('tiles').getByRole('link');
  await expect(tiles).toHaveCount(3);
  await expect(tiles.nth(1)).toContainText(/Runners (fine|degraded|broken)/);
  expect((await ask<{ tiles: Tile[] }>('')).tiles.map(({ dashboard }) => dashboard)).toEqual([
    'application',
    'runners',
    'cluster',
  ]);
  await tiles.nth(2).click();
  await expect(portal.page).toHaveURL(/\/dashboards\/cluster$/);
  await expect(panel(portal.page, 'node-cpu').locator('.recharts-line').first()).toBeVisible();
});

test('dragging over a chart zooms all of them, the address has the times, and back goes back', async ({
  portal,
}) => {
  const page = await open(portal, 'application?range=15m');
  const chart = panel(page, 'rate').locator('.recharts-surface').first();
  await chart.waitFor();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.5, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 80, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=20.*to=20/);
  const [from, to] = ['from', 'to'].map((key) =>
    Date.parse(new URL(page.url()).searchParams.get(key)!),
  );
  expect(to! - from!).toBeLessThan(6 * 60_000);
  await expect(page.getByLabel('Refresh', { exact: true })).toBeDisabled();
  await page.goBack();
  await expect(page).toHaveURL(/\?range=15m$/);
  await page.getByRole('button', { name: 'Zoom out' }).click();
  await expect(page).toHaveURL(/from=20.*to=20/);
});

test('series that go while the pointer is over them cost nothing', async ({ portal }) => {
  const page = await open(portal, 'application?range=15m');
  const chart = panel(page, 'rate').locator('.recharts-surface').first();
  await chart.waitFor();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width - 40, box.y + 100);
  await expect(
    page.locator('.recharts-tooltip-wrapper').filter({ hasText: 'inventory' }),
  ).toBeVisible();
  await page.getByLabel('Service', { exact: true }).evaluate((menu: HTMLSelectElement) => {
    menu.append(new Option('payments', 'payments'));
    menu.value = 'payments';
    menu.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await expect(panel(page, 'rate').getByRole('list').getByRole('button')).toHaveText(['payments']);
  await page.mouse.move(box.x + box.width - 60, box.y + 100);
  await expect(panel(page, 'rate').locator('.recharts-tooltip-wrapper')).toContainText('payments');
});

test('a drag beyond the edge reaches to the edge', async ({ portal }) => {
  const page = await open(portal, 'application?range=15m');
  const chart = panel(page, 'rate').locator('.recharts-surface').first();
  await chart.waitFor();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.7, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width + 60, box.y + 80, { steps: 6 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=20.*to=20/);
});

test('a refresh does not take away what somebody types', async ({ portal }) => {
  const page = await open(portal, 'application?range=15m&refresh=10s');
  await page.getByText('From – to').click();
  await page.getByLabel('From (UTC)').fill('2026-11-01T10:00:30');
  // When the second is asked for, the first has been drawn.
  for (let refresh = 0; refresh < 2; refresh += 1)
    await page.waitForRequest((request) => request.url().includes('/api/dashboards/application?'));
  await expect(page.getByLabel('From (UTC)')).toHaveValue('2026-11-01T10:00:30');
  await page.getByLabel('To (UTC)').fill('2026-11-01T09:00:30');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByText('From must be before to.')).toBeVisible();
});

test('a point on a chart leads to the requests behind it, and each to its page', async ({
  portal,
}) => {
  const page = await open(portal, 'application?range=15m&service=inventory');
  const chart = panel(page, 'errors').locator('.recharts-surface').first();
  await chart.waitFor();
  const box = (await chart.boundingBox())!;
  await page.mouse.click(box.x + box.width - 30, box.y + 120);
  await expect(page).toHaveURL(/panel=errors.*at=20.*series=/);
  const dialog = page.getByRole('dialog', { name: /Requests behind Failed requests: inventory/ });
  await expect(dialog).toBeVisible();
  // The address says all of it: whoever opens it sees the same.
  await page.reload();
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await panel(page, 'errors').getByRole('button', { name: 'Requests', exact: true }).click();
  const all = page.getByRole('dialog', { name: 'Requests behind Failed requests' });
  await expect(all.getByTestId('requests-behind').getByRole('link').first()).toContainText(
    'edge POST /checkout',
  );
  await all.getByText('Where their time went, by operation').click();
  const rows = all.getByTestId('operations').getByRole('row');
  await all.getByRole('button', { name: 'Calls' }).click();
  await expect(rows.nth(1)).toContainText(/inventory|checkout/);
  await portal.accessible();
  await all.getByTestId('requests-behind').getByRole('link').first().click();
  await portal.complete();
  await expect(portal.verdict).toContainText('StockConflictError');
});

test('a service and an operation narrow every panel, and are in the address', async ({
  portal,
}) => {
  const page = await open(portal, 'application?range=15m');
  await page.getByLabel('Service', { exact: true }).focus();
  await expect
    .poll(() => page.getByLabel('Service', { exact: true }).getByRole('option').count())
    .toBeGreaterThan(4);
  await page.getByLabel('Service', { exact: true }).selectOption('payments');
  await expect(page).toHaveURL(/service=payments/);
  await expect(panel(page, 'rate').getByRole('list').getByRole('button')).toHaveText(['payments']);
  await page.getByRole('button', { name: 'payments POST /charge', exact: true }).click();
  await expect(page).toHaveURL(/operation=POST\+\/charge/);
});

test('the same as a table, and as a spreadsheet', async ({ portal }) => {
  const page = await open(portal, 'cluster?range=15m');
  await panel(page, 'node-cpu').getByRole('button', { name: 'Table' }).click();
  await expect(panel(page, 'node-cpu').getByRole('row', { name: /pool-a-3/ })).toContainText('%');
  const href = await panel(page, 'node-cpu')
    .getByRole('link', { name: 'CPU of nodes as CSV' })
    .getAttribute('href');
  const response = await page.request.get(portal.url + href!);
  expect(response.headers()['content-type']).toContain('text/csv');
  const lines = (await response.text()).split('\r\n');
  expect(lines[0]!.split(',').sort()).toEqual(['pool-a-3', 'pool-a-4', 'pool-b-1', 'time']);
  expect(lines.length).toBeGreaterThan(30);
});

test('an alert is made of a panel: rule, test, and when it would have fired', async ({
  portal,
}) => {
  const page = await open(portal, 'application?range=15m&service=inventory');
  await page.getByRole('button', { name: 'Make an alert of Failed requests' }).click();
  const dialog = page.getByRole('dialog', { name: 'An alert of Failed requests' });
  await dialog.getByLabel('Threshold, %').fill('0.1');
  await dialog.getByLabel('For').selectOption('1 min');
  await dialog.getByLabel('Name').fill('InventoryFails');
  await expect(dialog.getByTestId('firings')).toContainText(
    /It would have fired \d+ times?\. Evaluated every 30 s/,
  );
  await expect(dialog.getByRole('region', { name: 'Rule', exact: true })).toContainText(
    'alert: InventoryFails',
  );
  await expect(dialog.getByRole('region', { name: 'Rule', exact: true })).toContainText(
    'service=~"inventory"',
  );
  await expect(dialog.getByRole('region', { name: 'Test', exact: true })).toContainText(
    'exp_alerts',
  );
  await portal.accessible();
  await dialog.getByLabel('Threshold, %').fill('lots');
  await expect(dialog.getByRole('alert')).toHaveText('The threshold must be a number.');
});

test('a CI job opens as a request: its spans, its logs, the metrics of its pod', async ({
  portal,
}) => {
  const id = mintCorrelationId();
  await fetch(`${demo().services.edge}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-correlation-id': id },
    body: JSON.stringify({ repository: 'shop/checkout', commit: 'c0ffee1', workflow: 'release' }),
  });
  await expect
    .poll(async () => (await viewOf(id)).spans.map(({ name }) => name), { timeout: 30_000 })
    .toContain('job release');
  const page = await open(portal, 'runners?range=15m');
  const job = page.getByTestId('listed').locator(`a[href="/requests/${id}"]`);
  await expect(async () => {
    await page.reload();
    await expect(job).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
  await job.click();
  await portal.complete();
  await expect(portal.row(/ci-job test/)).toBeVisible();
  await expect(portal.logs).toContainText('tests passed');
  await page.getByRole('tab', { name: 'Operations' }).click();
  await expect(page.getByTestId('operations')).toContainText('ci-job install');
  const view = await viewOf(id);
  expect(
    view.metrics.find(({ id: metric }) => metric === 'cpu')!.series.map(({ name }) => name),
  ).toContain('arc-x64-7k2pd-runner-4bq2c');
});

test('what is asked again by itself pauses while the page is hidden', async ({ portal }) => {
  const { page } = portal;
  await page.clock.install();
  await open(portal, 'portal?range=15m&refresh=10s');
  let asked = 0;
  page.on(
    'request',
    (request) => (asked += request.url().includes('/api/dashboards/portal?') ? 1 : 0),
  );
  const see = (state: 'hidden' | 'visible') =>
    page.evaluate((now) => {
      Object.defineProperty(document, 'visibilityState', { value: now, configurable: true });
      window.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await page.clock.runFor(11_000);
  await expect.poll(() => asked).toBe(1);
  await see('hidden');
  await page.clock.runFor(45_000);
  expect(asked).toBe(1);
  await see('visible');
  await expect.poll(() => asked).toBe(2);
});

test('what is asked wrongly is refused in words', async () => {
  const { url, token } = demo();
  for (const [path, words] of [
    ['/application?range=soon', 'range: must be like'],
    ['/application?from=2026-11-22T10:00:00Z', 'to: from and to'],
    ['/nothing', 'dashboard:'],
    ['/application/panels/nothing/csv', 'no panel called nothing'],
    ['/application/panels/errors/requests?series=%7B', 'series: must be JSON'],
    ['/application/panels/errors/rule-draft?name=%3Cb%3E', 'name: must be a name'],
  ] as const) {
    const response = await fetch(`${url}/api/dashboards${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([400, 404], path).toContain(response.status);
    expect(((await response.json()) as { title: string }).title).toContain(words);
    expect((await fetch(`${url}/api/dashboards${path}`)).status).toBe(401);
  }
});
