import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium as playwright } from '@playwright/test';
import type { DashboardView } from '@/lib/dashboards/contract';
import { browserOptions } from '../bin/parts/browser';
import { promtool } from '../bin/parts/debian';
import { startPortal } from '../bin/parts/portal';
import { freePort, Processes } from '../bin/parts/processes';
import { median, pause, root, type World } from './world';
import { row } from './row';

const RUNS = 9;
const HOURS = 24;
const STEP_SECONDS = 15;
const SERVICES = 12;
/** What a question costs at least, where a Prometheus is slow. */
const SLOW_MS = 2_000;

/**
 * The application's page over a day: the portal against the same questions asked directly, and what
 * a person waits for where a Prometheus is slow.
 */
export async function measureDashboards(world: World): Promise<string[]> {
  await backfill(world);
  const to = Date.now();
  const search = new URLSearchParams({
    from: new Date(to - HOURS * 3_600_000).toISOString(),
    to: new Date(to).toISOString(),
    points: '500',
  });
  const load = async () => {
    const began = performance.now();
    const response = await fetch(`${world.url}/api/dashboards/application?${search}`, {
      headers: { authorization: `Bearer ${world.token}` },
    });
    const view = (await response.json()) as DashboardView;
    return { view, ms: performance.now() - began };
  };
  const { view } = await load();
  const empty = view.panels.filter(({ state }) => state !== 'ok').map(({ id }) => id);
  if (empty.length > 0) throw new Error(`no data over ${HOURS} h in ${empty.join(', ')}`);
  const queries = [...new Set(view.panels.map(({ promql }) => promql))];
  const portal: number[] = [];
  const slowest: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    slowest.push(await directly(world.prometheusUrl, queries, view));
    portal.push((await load()).ms);
  }
  const points = Math.max(
    ...view.panels.flatMap(({ series }) => series.map(({ values }) => values.length)),
  );
  const shared = `${view.panels.length} panels over ${HOURS} h, ${points} points a line at most, median of ${RUNS}`;
  return [
    row(
      `application: ${shared}`,
      `${median(portal).toFixed(0)} ms`,
      `the slowest of the same questions, asked directly at once: ${median(slowest).toFixed(0)} ms`,
      `${(median(portal) / median(slowest)).toFixed(2)}`,
      '1.5',
    ),
    ...(await withSlowPrometheus(world, search)),
  ];
}

/** All at once, as the page does: how long the slowest of them takes. */
async function directly(
  base: string,
  queries: readonly string[],
  { grid }: DashboardView,
): Promise<number> {
  const range = {
    start: String(grid.startMs / 1000),
    end: String((grid.startMs + (grid.count - 1) * grid.stepMs) / 1000),
    step: String(grid.stepMs / 1000),
  };
  const took = await Promise.all(
    queries.map(async (query) => {
      const began = performance.now();
      await (
        await fetch(`${base}/api/v1/query_range`, {
          method: 'POST',
          body: new URLSearchParams({ query, ...range }),
        })
      ).json();
      return performance.now() - began;
    }),
  );
  return Math.max(...took);
}

/**
 * A portal whose Prometheus takes two seconds for every question: from the click to all panels
 * drawn, in Chromium.
 */
async function withSlowPrometheus(world: World, search: URLSearchParams): Promise<string[]> {
  let slowest = 0;
  const proxy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const began = performance.now();
      const delay = request.url!.includes('query') ? SLOW_MS : 0;
      void pause(delay)
        .then(() =>
          fetch(world.prometheusUrl + request.url!, {
            method: request.method!,
            ...(chunks.length
              ? {
                  body: Buffer.concat(chunks),
                  headers: { 'content-type': request.headers['content-type'] ?? '' },
                }
              : {}),
          }),
        )
        .then(async (answer) => {
          response
            .writeHead(answer.status, {
              'content-type': answer.headers.get('content-type') ?? 'application/json',
            })
            .end(Buffer.from(await answer.arrayBuffer()));
          if (delay) slowest = Math.max(slowest, performance.now() - began);
        });
    });
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const processes = new Processes(join(root, '.cache/bench-slow'), () => {});
  const browser = await playwright.launch(browserOptions(join(root, '.cache')));
  try {
    const { url } = await startPortal(processes, root, await freePort(), {
      DATABASE_URL: world.databaseUrl,
      LOG_LEVEL: 'silent',
      METRICS_SOURCE: 'prometheus',
      PROMETHEUS_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      SCRAPE_SECONDS: '5',
    });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.request.post(`${url}/api/session`, {
      data: { name: world.user, password: world.password },
      headers: { origin: url },
    });
    const page = await context.newPage();
    const drawn: number[] = [];
    const usable: number[] = [];
    const asked: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      slowest = 0;
      const began = performance.now();
      await page.goto(`${url}/dashboards/application?${search}`, { waitUntil: 'commit' });
      await page.getByRole('button', { name: 'Refresh', exact: true }).waitFor();
      const toUse = performance.now() - began;
      await page
        .locator('[data-testid=dashboard][data-complete=true]')
        .waitFor({ timeout: 30_000 });
      await page.getByTestId('panel-p95').locator('.recharts-line').first().waitFor();
      // The first has code to compile.
      if (run === 0) continue;
      usable.push(toUse);
      drawn.push(performance.now() - began);
      asked.push(slowest);
    }
    return [
      row(
        `the same page in Chromium, where every question takes Prometheus ${SLOW_MS / 1000} s: ` +
          'all panels drawn, median of 3',
        `${median(drawn).toFixed(0)} ms (can be used after ${median(usable).toFixed(0)} ms)`,
        `the slowest question: ${median(asked).toFixed(0)} ms`,
        `${(median(drawn) / median(asked)).toFixed(2)}`,
        '1.5',
      ),
    ];
  } finally {
    await browser.close();
    await processes.end();
    proxy.close();
    proxy.closeAllConnections();
  }
}

/**
 * A day of span metrics, service graph and recorded ratios for a dozen services, put where this
 * Prometheus looks for blocks.
 */
async function backfill({ prometheusUrl }: World): Promise<void> {
  const folder = join(root, '.cache/bench/backfill');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const end = Math.floor(Date.now() / 1000) - 3 * 3600;
  const start = end - (HOURS - 3) * 3600;
  const lines: string[] = [];
  const family = (name: string, type: 'counter' | 'gauge', rows: readonly string[]) => {
    lines.push(`# TYPE ${name.replace(/_total$/, '')} ${type}`);
    rows.forEach((labels, index) => {
      for (let at = start, count = 0; at <= end; at += STEP_SECONDS, count += 1)
        lines.push(
          `${name}{${labels}} ${type === 'counter' ? count * (15 + (index % 7)) : ((count + index) % 40) / 1000} ${at}`,
        );
    });
  };
  const services = Array.from({ length: SERVICES }, (_, index) => `bench-${index}`);
  family(
    'traces_spanmetrics_calls_total',
    'counter',
    services.flatMap((service) =>
      ['UNSET', 'ERROR'].map(
        (status) =>
          `service="${service}",span_name="POST /",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_${status}"`,
      ),
    ),
  );
  // Under a type that may end in _bucket without its family: only the buckets are asked for.
  family(
    'traces_spanmetrics_latency_bucket',
    'gauge',
    services.flatMap((service) =>
      ['0.064', '0.256', '1.02', '+Inf'].map(
        (le) => `service="${service}",span_name="POST /",span_kind="SPAN_KIND_SERVER",le="${le}"`,
      ),
    ),
  );
  family(
    'traces_service_graph_request_total',
    'counter',
    services.slice(1).map((service) => `client="bench-0",server="${service}"`),
  );
  for (const name of [
    'service:errors:ratio_rate1h',
    'service:errors:ratio_rate30d',
    'service:requests:rate1h',
  ])
    family(
      name,
      'gauge',
      services.map((service) => `service="${service}"`),
    );
  family(
    'nodejs_eventloop_lag_p99_seconds',
    'gauge',
    services.map((service) => `job="${service}",instance="${service}:8080"`),
  );
  lines.push('# EOF');
  writeFileSync(join(folder, 'metrics.txt'), `${lines.join('\n')}\n`);
  const tool = promtool(join(root, '.cache'));
  const made = spawnSync(
    tool.path,
    [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      join(folder, 'metrics.txt'),
      join(root, '.cache/bench/prometheus'),
    ],
    {
      encoding: 'utf8',
      env: { ...process.env, ...tool.env } as NodeJS.ProcessEnv,
      maxBuffer: 1024 ** 3,
    },
  );
  if (made.status !== 0) throw new Error(`promtool made no blocks: ${made.stderr.slice(0, 500)}`);
  // Prometheus looks for new blocks once a minute.
  for (let waited = 0; waited < 180; waited += 1) {
    const answer = (await (
      await fetch(
        `${prometheusUrl}/api/v1/query?${new URLSearchParams({
          query: 'count(traces_spanmetrics_calls_total)',
          time: String(end - 3600),
        })}`,
      )
    ).json()) as { data: { result: unknown[] } };
    if (answer.data.result.length > 0) return;
    await pause(1_000);
  }
  throw new Error('Prometheus did not take the blocks in.');
}
