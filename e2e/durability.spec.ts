import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test as base } from '@playwright/test';
import pg from 'pg';
import { startPortal } from '../bin/parts/portal';
import { startPostgres } from '../bin/parts/postgres';
import { freePort, pause, Processes } from '../bin/parts/processes';
import { migrate } from '../lib/db/migrate';

const root = resolve(import.meta.dirname, '..');
const TOKEN = 'a-token-for-this-test-only';

interface World {
  readonly databasePort: number;
  readonly portalPort: number;
  databaseUrl: string;
  pid: number;
  postgresPid: number;
  startPortal(): Promise<void>;
  startPostgres(): Promise<void>;
}

/** A portal that takes in alerts, and a Postgres with fsync on, both to be killed. */
const test = base.extend<{ world: World }>({
  world: async ({}, provide) => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-durability-'));
    chmodSync(folder, 0o755);
    const processes = new Processes(folder, () => {});
    const world: World = {
      databasePort: await freePort(),
      portalPort: await freePort(),
      databaseUrl: '',
      pid: 0,
      postgresPid: 0,
      async startPostgres() {
        const started = await startPostgres(processes, folder, world.databasePort);
        world.databaseUrl = started.url;
        world.postgresPid = started.pid;
      },
      async startPortal() {
        const env = {
          DATABASE_URL: world.databaseUrl,
          ALERT_SOURCES: JSON.stringify([
            { name: 'production', kind: 'alertmanager', tokens: [TOKEN] },
          ]),
          LOG_LEVEL: 'error',
        };
        world.pid = (
          await startPortal(processes, root, world.portalPort, env, 'portal', {
            copy: world.pid === 0,
          })
        ).pid;
      },
    };
    try {
      await world.startPostgres();
      await migrate(world.databaseUrl, root);
      await world.startPortal();
      await provide(world);
    } finally {
      await processes.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

const startsAt = new Date(Date.now() - 60_000).toISOString();
const message = (fingerprints: readonly string[]) =>
  JSON.stringify({
    version: '4',
    status: 'firing',
    receiver: 'portal',
    groupKey: '{}:{}',
    externalURL: 'http://am-0:9093',
    truncatedAlerts: 0,
    alerts: fingerprints.map((fingerprint) => ({
      status: 'firing',
      labels: { alertname: 'Storm', instance: fingerprint },
      annotations: { summary: 'storm' },
      startsAt,
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: '',
      fingerprint,
    })),
  });

async function post(world: World, body: string): Promise<number> {
  try {
    const answer = await fetch(`http://127.0.0.1:${world.portalPort}/api/webhooks/alertmanager`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(10_000),
    });
    return answer.status;
  } catch {
    return 0;
  }
}

/**
 * What Postgres has in the end: every stored message read, and how many episodes each fingerprint
 * has.
 */
async function settled(world: World): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    for (let waited = 0; waited < 300; waited += 1) {
      const { rows } = await client.query<{ left: string }>(
        'SELECT count(*) AS left FROM alert_deliveries WHERE processed_at IS NULL',
      );
      if (rows[0]!.left === '0') break;
      await pause(200);
    }
    const { rows } = await client.query<{ fingerprint: string; count: string }>(
      `SELECT fingerprint, count(alert_episodes.id) AS count
       FROM alert_series
       LEFT JOIN alert_episodes ON alert_episodes.series_id = alert_series.id
       GROUP BY fingerprint`,
    );
    return new Map(rows.map((row) => [row.fingerprint, Number(row.count)]));
  } finally {
    await client.end();
  }
}

/**
 * Sends without pause, as a group that still fires does: what was not answered 2xx is sent again.
 * Ends when told.
 */
function flood(
  world: World,
  senders: number,
): { answered: Set<string>; stop: () => Promise<number> } {
  const answered = new Set<string>();
  let sent = 0;
  let stopped = false;
  const work = Array.from({ length: senders }, async () => {
    while (!stopped) {
      const fingerprints = Array.from({ length: 5 }, () => `f${(sent += 1)}`);
      const body = message(fingerprints);
      while ((await post(world, body)) !== 200) await pause(100);
      for (const fingerprint of fingerprints) answered.add(fingerprint);
    }
  });
  return {
    answered,
    stop: async () => {
      stopped = true;
      await Promise.all(work);
      return sent;
    },
  };
}

test('killed fifty times while it stores, it has what it answered exactly once', async ({
  world,
}) => {
  test.setTimeout(300_000);
  const storm = flood(world, 8);
  for (let kill = 0; kill < 50; kill += 1) {
    // At any moment of a commit, of an answer, of reading what was stored.
    await pause(30 + Math.random() * 250);
    process.kill(world.pid, 'SIGKILL');
    await world.startPortal();
  }
  const sent = await storm.stop();
  const stored = await settled(world);
  expect(storm.answered.size).toBe(sent);
  expect([...storm.answered].filter((fingerprint) => stored.get(fingerprint) !== 1)).toEqual([]);
  expect(stored.size).toBe(sent);
});

test('Postgres restarted under load: 503 while it is away, then everything is there', async ({
  world,
}) => {
  test.setTimeout(120_000);
  const storm = flood(world, 8);
  await pause(1_000);
  process.kill(world.postgresPid, 'SIGINT');
  await pause(1_500);
  expect(await post(world, message(['probe']))).toBe(503);
  await world.startPostgres();
  await pause(3_000);
  const sent = await storm.stop();
  const stored = await settled(world);
  expect([...storm.answered].filter((fingerprint) => stored.get(fingerprint) !== 1)).toEqual([]);
  expect([...stored.keys()].filter((fingerprint) => fingerprint !== 'probe')).toHaveLength(sent);
});

test('a storm of 10,000 alerts in 100 messages over 32 connections: nothing is lost', async ({
  world,
}) => {
  test.setTimeout(120_000);
  const bodies = Array.from({ length: 100 }, (_, group) =>
    message(Array.from({ length: 100 }, (__, each) => `s${group}-${each}`)),
  );
  const statuses: number[] = [];
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let body = bodies.shift(); body; body = bodies.shift())
        statuses.push(await post(world, body));
    }),
  );
  expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
  const stored = await settled(world);
  expect(stored.size).toBe(10_000);
  expect([...stored.values()].every((count) => count === 1)).toBe(true);
});
