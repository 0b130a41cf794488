import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { ownBackends } from '../bin/parts/backends';
import { startPortal } from '../bin/parts/portal';
import { freePort, Processes } from '../bin/parts/processes';
import { listening } from '../lib/http/listening.fixture';
import { demo, expect, Portal, test, viewOf } from './portal';

const root = resolve(import.meta.dirname, '..');

/** A second portal on the same database, with other sources. */
async function withPortal(
  env: Record<string, string>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const processes = new Processes(join(root, '.cache/e2e-sources'), () => {});
  try {
    const { url } = await startPortal(processes, root, await freePort(), {
      DATABASE_URL: demo().databaseUrl,
      METRICS_SOURCE: 'prometheus',
      PROMETHEUS_URL: demo().prometheusUrl,
      LOG_LEVEL: 'silent',
      ...ownBackends(process.env).portal(),
      ...env,
    });
    await work(url);
  } finally {
    await processes.end();
  }
}

test('with Loki down, only the logs say so', async ({ page }) => {
  await withPortal(
    { LOGS_SOURCE: 'loki', LOKI_URL: `http://127.0.0.1:${await freePort()}` },
    async (url) => {
      const portal = new Portal(page, url);
      await portal.signIn();
      await portal.open(demo().ids.failed);
      await expect(portal.verdict).toHaveText(
        /^Failed: checkout answered 502 because inventory reserve threw StockConflictError/,
      );
      await expect(
        portal.page.getByText(
          'Loki cannot be reached: connection refused. Everything else is complete.',
        ),
      ).toBeVisible();
      await expect(portal.page.getByRole('button', { name: 'Retry' })).toBeVisible();
      await portal.accessible();
      await portal.page.goto(`${url}/sources`);
      await expect(portal.page.getByRole('row', { name: /logs Loki/ })).toContainText('Check that');
    },
  );
});

test('a source that hangs is given up at its deadline, and the rest is there before', async () => {
  const { url: hanging, close } = await listening(() => {});
  await withPortal({ LOGS_SOURCE: 'loki', LOKI_URL: hanging }, async (url) => {
    const began = Date.now();
    const response = await fetch(`${url}/api/requests/${demo().ids.failed}`, {
      headers: { authorization: `Bearer ${demo().token}`, accept: 'application/x-ndjson' },
    });
    let firstSpans = Infinity;
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (firstSpans === Infinity && text.includes('"spans":[{')) firstSpans = Date.now() - began;
    }
    const took = Date.now() - began;
    const view = Object.assign(
      {},
      ...text
        .trim()
        .split('\n')
        .map((part) => JSON.parse(part) as object),
    ) as Awaited<ReturnType<typeof viewOf>>;
    expect(view.ledger.find((entry) => entry.signal === 'logs')).toMatchObject({
      state: 'failed',
      reasons: [
        { code: 'source_failed', failure: 'timeout', sentence: 'Loki timed out after 5 s' },
      ],
    });
    expect(view.spanCount).toBe((await viewOf(demo().ids.failed)).spanCount);
    expect(firstSpans).toBeLessThan(took / 2);
    expect(view.complete).toBe(true);
  });
  await close();
});

test('a source that answers nonsense is told so', async () => {
  const { url: odd, close } = await listening((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  );
  await withPortal(
    { TRACES_SOURCE: 'tempo', TEMPO_URL: odd, METRICS_SOURCE: 'prometheus', PROMETHEUS_URL: odd },
    async (url) => {
      const view = await viewOf(demo().ids.failed, url);
      expect(view.ledger.map((entry) => [entry.signal, entry.state])).toEqual([
        ['traces', 'failed'],
        ['logs', 'ok'],
        ['metrics', 'skipped'],
        ['alerts', expect.stringMatching(/ok|empty/)],
      ]);
      expect(view.verdict.sentence[0]!.text).toMatch(
        /^Unknown: no spans found, only \d+ log lines/,
      );
    },
  );
  await close();
});

test('a wrong configuration is refused with everything that is wrong', async () => {
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    HOSTNAME: '127.0.0.1',
    PORT: String(await freePort()),
    TRACES_SOURCE: 'tempo',
    PROMETHEUS_URL: 'nonsense',
  } as unknown as NodeJS.ProcessEnv;
  const { status, stderr } = spawnSync(process.execPath, ['server.js'], {
    cwd: join(root, '.next/standalone'),
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(status).toBe(78);
  expect(stderr).toContain('Throughline cannot start; ');
  for (const name of ['DATABASE_URL: ', 'PROMETHEUS_URL: ']) expect(stderr).toContain(`- ${name}`);
});
