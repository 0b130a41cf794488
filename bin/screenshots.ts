import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { chromium as playwright, type Page } from '@playwright/test';
import { mintCorrelationId } from '@/lib/correlation-id/propagation';
import { sendRequest } from '../bench/spans';
import { browserOptions } from './parts/browser';
import { startPortal } from './parts/portal';
import { sendLongQueue } from './parts/long-queue';
import { freePort, pause, Processes } from './parts/processes';

/**
 * `npm run screenshots`, beside a running bin/demo that has been up for some minutes (baselines
 * need a past): every page, light and dark, 1440 and 390 wide, into .cache/screenshots, to be
 * looked at. Those that README and docs show are compressed into docs/screenshots. It switches the
 * demo's faults on and off again.
 */
const root = resolve(import.meta.dirname, '..');
const state = JSON.parse(readFileSync(join(root, '.demo/state.json'), 'utf8')) as {
  url: string;
  token: string;
  user: string;
  password: string;
  ids: Record<'healthy' | 'failed' | 'asynchronous', string>;
  services: Record<string, string>;
  databaseUrl: string;
  prometheusUrl: string;
  otlp: { traces: string };
};
const out = join(root, '.cache/screenshots');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** What README and docs show: as dark and 1440 wide. */
const IN_DOCS = new Set(['home', 'request-failed', 'episode', 'dashboard-application']);

const fault = (change: string) =>
  spawnSync(process.execPath, ['--import', 'tsx', join(root, 'bin/demo.ts'), '--fault', change], {
    stdio: 'inherit',
  });
async function checkout(sku = 'A-1'): Promise<string> {
  const id = mintCorrelationId();
  await fetch(`${state.services.edge}/checkout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-correlation-id': id },
    body: JSON.stringify({ sku, quantity: 2 }),
  });
  return id;
}

const processes = new Processes(join(root, '.cache/screenshots-portal'), () => {});
const browser = await playwright.launch(browserOptions(join(root, '.cache')));

try {
  fault('slow-dependency=on');
  await pause(500);
  const slow = await checkout();
  fault('slow-dependency=off');
  await pause(3000);
  fault('error-burst=on');
  await pause(20_000);
  const burst = await checkout();
  const [queue, large] = [
    await sendLongQueue(state.otlp.traces),
    await sendRequest(state.otlp.traces, 100_000),
  ];
  await pause(3000);
  const { url: without } = await startPortal(processes, root, await freePort(), {
    DATABASE_URL: state.databaseUrl,
    LOG_LEVEL: 'silent',
    METRICS_SOURCE: 'prometheus',
    PROMETHEUS_URL: state.prometheusUrl,
    LOGS_SOURCE: 'loki',
    LOKI_URL: `http://127.0.0.1:${await freePort()}`,
  });

  const request = (id: string, query = '') => `/requests/${id}${query}`;
  const crosshair = async (page: Page) => {
    if ((page.viewportSize()?.width ?? 0) > 720)
      await page.getByTestId('waterfall').hover({ position: { x: 620, y: 120 } });
  };
  const metrics = async (page: Page) =>
    void (await page.locator('.recharts-line').first().waitFor({ state: 'attached' }));
  const charts = async (page: Page) => {
    await page.locator('[data-testid=dashboard][data-complete=true]').waitFor();
    await page.locator('.recharts-line').nth(3).waitFor({ state: 'attached' });
  };
  const operations = async (page: Page) => void (await page.getByTestId('operations').waitFor());
  const behind = async (page: Page) => void (await page.getByTestId('requests-behind').waitFor());
  const drafted = async (page: Page) => void (await page.getByTestId('firings').waitFor());
  const compared = async (page: Page) => void (await page.getByRole('table').waitFor());
  const around = async (page: Page) => {
    await page.getByTestId('logs').getByRole('row').nth(3).hover();
    await page.getByRole('button', { name: 'Context' }).nth(3).click();
    await page.getByTestId('log-context').waitFor();
    await page.waitForTimeout(400);
  };
  const { episodes } = (await (
    await fetch(`${state.url}/api/alerts`, { headers: { authorization: `Bearer ${state.token}` } })
  ).json()) as { episodes: { id: string; name: string }[] };
  const episode = (episodes.find(({ name }) => name === 'ServiceErrorRatioHigh') ?? episodes[0])
    ?.id;
  const rule = async (page: Page) =>
    void (await page
      .getByTestId('rule')
      .locator('.recharts-line')
      .first()
      .waitFor({ state: 'attached' }));
  const acknowledging = async (page: Page) => {
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await page.getByRole('dialog').waitFor();
  };
  const pictures: [
    name: string,
    base: string,
    path: string,
    then?: (page: Page) => Promise<void>,
  ][] = [
    ['home', state.url, '/'],
    ['request-failed', state.url, request(state.ids.failed), crosshair],
    ['request-healthy', state.url, request(state.ids.healthy)],
    ['request-asynchronous', state.url, request(state.ids.asynchronous)],
    ['request-slow', state.url, request(slow)],
    ['request-error-burst', state.url, request(burst)],
    ['request-metrics', state.url, request(state.ids.failed, '?tab=metrics'), metrics],
    ['request-compare', state.url, request(state.ids.failed, '?tab=compare'), compared],
    ['request-log-context', state.url, request(state.ids.failed, '?tab=logs'), around],
    ['request-queue-40-min', state.url, request(queue)],
    ['request-100000-spans', state.url, request(large)],
    ['request-operations', state.url, request(state.ids.failed, '?tab=operations'), operations],
    ['dashboard-application', state.url, '/dashboards/application?range=15m', charts],
    ['dashboard-runners', state.url, '/dashboards/runners?range=15m', charts],
    ['dashboard-cluster', state.url, '/dashboards/cluster?range=15m', charts],
    ['dashboard-requests', state.url, '/dashboards/application?range=15m&panel=errors', behind],
    [
      'dashboard-alert',
      state.url,
      '/dashboards/application?range=15m&panel=errors&dialog=rule',
      drafted,
    ],
    ['alerts', state.url, '/alerts'],
    ['episode', state.url, `/alerts/${episode}`, rule],
    ['episode-acknowledging', state.url, `/alerts/${episode}`, acknowledging],
    ['request-alerts', state.url, request(state.ids.failed, '?tab=metrics'), metrics],
    ['request-loki-down', without, request(state.ids.failed)],
    ['request-unknown', state.url, '/requests/nobody-sent-this-id'],
    ['sources', without, '/sources'],
  ];
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const base of [state.url, without]) {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme });
        await context.request.post(`${base}/api/session`, {
          data: { name: state.user, password: state.password },
          headers: { origin: base },
        });
        const page = await context.newPage();
        for (const [name, where, path, then] of pictures) {
          if (where !== base) continue;
          await page.goto(base + path);
          await page.locator(whenShown(path)).first().waitFor({ timeout: 60_000 });
          await page.waitForTimeout(700);
          await then?.(page);
          const file = `${name}-${width}-${colorScheme}.png`;
          await page.screenshot({ path: join(out, file) });
          if (IN_DOCS.has(name) && width === 1440 && colorScheme === 'dark')
            await sharp(join(out, file))
              .png({ palette: true, quality: 80, effort: 10 })
              .toFile(join(root, 'docs/screenshots', file));
        }
        await context.close();
      }
    }
  }
} finally {
  fault('error-burst=off');
  await browser.close();
  await processes.end();
}

/** What a page shows once it is whole. */
function whenShown(path: string): string {
  if (path.includes('nobody')) return 'button:has-text("Keep searching")';
  if (path.startsWith('/requests')) return '[data-complete=true]';
  return 'main';
}
