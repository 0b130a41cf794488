import { join } from 'node:path';
import { chromium as playwright, type Browser } from '@playwright/test';
import { browserOptions } from '../bin/parts/browser';
import { sendRequest } from './spans';
import { median, root, type World } from './world';
import { row } from './row';

const RUNS = 3;
const SIZES = [1_000, 10_000, 50_000];

interface PageFigures {
  firstRowMs: number;
  scriptKiB: number;
  domNodes: number;
  longTasksMs: number;
  heapMB: number;
}

/**
 * The request page in a fresh Chromium: what it loads, and how soon the first row of requests of
 * any size is painted.
 */
export async function measurePage(world: World): Promise<string[]> {
  const browser = await playwright.launch(
    browserOptions(join(root, '.cache'), ['--enable-precise-memory-info']),
  );
  try {
    const bare = await figures(browser, world, '/sign-in', 'form', false);
    const lines: string[] = [];
    const firstRow: number[] = [];
    for (const size of SIZES) {
      const id = await sendRequest(world.otlp.traces, size);
      const runs: PageFigures[] = [];
      for (let run = 0; run < RUNS; run += 1)
        runs.push(
          await figures(browser, world, `/requests/${id}`, '[role=treegrid] [role=row]', true),
        );
      const of = (key: keyof PageFigures) => median(runs.map((each) => each[key]));
      firstRow.push(of('firstRowMs'));
      if (size === SIZES[0])
        lines.push(
          row(
            'request page, JavaScript gzip until first row and idle',
            `${of('scriptKiB').toFixed(0)} KiB`,
            `bare page of the same build (sign-in): ${bare.scriptKiB.toFixed(0)} KiB`,
            `${(of('scriptKiB') / bare.scriptKiB).toFixed(2)}`,
            '190 KiB',
          ),
        );
      lines.push(
        row(
          `request page, ${size.toLocaleString('en')} spans`,
          [
            `first row ${of('firstRowMs').toFixed(0)} ms`,
            `long tasks ${of('longTasksMs').toFixed(0)} ms`,
            `${of('domNodes').toFixed(0)} DOM nodes`,
            `heap ${of('heapMB').toFixed(0)} MB`,
          ].join(', '),
          '',
          '',
          '1,600 nodes',
        ),
      );
    }
    lines.push(
      row(
        'flatness: first row at 50,000 over 1,000 spans',
        '',
        '',
        (firstRow[2]! / firstRow[0]!).toFixed(2),
        '1.5',
      ),
    );
    return lines;
  } finally {
    await browser.close();
  }
}

async function figures(
  browser: Browser,
  { url, user, password }: World,
  path: string,
  ready: string,
  signedIn: boolean,
): Promise<PageFigures> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    if (signedIn)
      await context.request.post(`${url}/api/session`, {
        data: { name: user, password },
        headers: { origin: url },
      });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    const scripts = new Set<string>();
    let bytes = 0;
    session.on(
      'Network.responseReceived',
      (event) => event.type === 'Script' && scripts.add(event.requestId),
    );
    session.on(
      'Network.loadingFinished',
      (event) => scripts.has(event.requestId) && (bytes += event.encodedDataLength),
    );
    // As text: a function would carry helpers of the compiler that the page does not have.
    await page.addInitScript(`
      globalThis.figures = { row: 0, long: 0 };
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) figures.long += entry.duration;
      }).observe({ type: 'longtask', buffered: true });
      requestAnimationFrame(function whenReady() {
        if (!document.querySelector(${JSON.stringify(ready)})) requestAnimationFrame(whenReady);
        else requestAnimationFrame(() => (figures.row = performance.now()));
      });
    `);
    await page.goto(url + path);
    await page.locator(ready).first().waitFor({ timeout: 60_000 });
    if (signedIn) await page.locator('[data-complete=true]').waitFor({ timeout: 60_000 });
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(500);
    const seen = await page.evaluate(() => ({
      ...(globalThis as unknown as { figures: { row: number; long: number } }).figures,
      nodes: document.querySelectorAll('*').length,
      heap: (performance as unknown as { memory: { usedJSHeapSize: number } }).memory
        .usedJSHeapSize,
    }));
    return {
      firstRowMs: seen.row,
      scriptKiB: bytes / 1024,
      domNodes: seen.nodes,
      longTasksMs: seen.long,
      heapMB: seen.heap / 1e6,
    };
  } finally {
    await context.close();
  }
}
