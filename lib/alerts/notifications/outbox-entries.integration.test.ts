import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { migrate } from '@/lib/db/migrate';
import { storedJobs } from '@/lib/jobs/jobs.fixture';
import { endAlerts, useAlerts } from '../intake/alerts.fixture';
import { moveOutboxEntries } from './outbox-entries';

const ROOT = process.cwd();
const FIRST_WITH_JOBS = '20261125000500_job_queue';
const EPISODE = '0193a000-0000-7000-8000-000000000001';
const ACKNOWLEDGEMENT = '0193a000-0000-7000-8000-000000000002';
const DUE = new Date(Date.now() - 60_000).toISOString();
/** More than one batch. */
const MANY = 500;

let folder: string;
let server: pg.Client;
let database: pg.Client;
let url: string;

/** A database as the version before the job queue left it. */
beforeAll(async () => {
  server = new pg.Client({ connectionString: inject('databaseUrl') });
  await server.connect();
  await server.query('CREATE DATABASE before_jobs');
  const address = new URL(inject('databaseUrl'));
  address.pathname = '/before_jobs';
  url = address.href;
  folder = mkdtempSync(join(tmpdir(), 'throughline-before-'));
  cpSync(join(ROOT, 'prisma/migrations'), join(folder, 'prisma/migrations'), { recursive: true });
  for (const name of readdirSync(join(folder, 'prisma/migrations')))
    if (/^\d/.test(name) && name >= FIRST_WITH_JOBS)
      rmSync(join(folder, 'prisma/migrations', name), { recursive: true });
  await migrate(url, folder);
  database = new pg.Client({ connectionString: url });
  await database.connect();
  await database.query('DROP SCHEMA graphile_worker CASCADE');
  await database.query(
    `INSERT INTO alert_series (source, fingerprint, name, severity, service, labels, times)
     VALUES ('production', 'f', 'Errors', 'critical', 'checkout', '{}', '{}')`,
  );
  await database.query(
    `INSERT INTO alert_episodes (id, series_id, founded_at, started_at, annotations)
     SELECT $1, id, now(), now(), '{}'
       FROM alert_series`,
    [EPISODE],
  );
  await database.query(
    `INSERT INTO alert_outbox (dedupe_key, kind, payload, episode_id, due_at, attempts, done_at)
     VALUES ('escalate:e:chat:1', 'escalate', '{"channel":"chat","minutes":5}', $1, $3, 4, NULL),
            ('escalate:e:pager:1', 'escalate', '{"channel":"pager","minutes":5}', $1, $3, 0, now()),
            ('silence:' || $2::text, 'silence', jsonb_build_object('acknowledgement', $2::text), $1, $3, 0, NULL),
            ('evidence:checkout:1', 'evidence', '{"service":"checkout","reason":"fired"}', $1, $3, 0, NULL)`,
    [EPISODE, ACKNOWLEDGEMENT, DUE],
  );
});
afterAll(async () => {
  await endAlerts();
  await database.end();
  await server.query('DROP DATABASE before_jobs');
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

const keysFor = async (channel: string) =>
  (await storedJobs('notify-channel'))
    .filter(({ queue }) => queue === channel)
    .map(({ key }) => key);

test('what the outbox of the version before still holds becomes jobs, with its keys, times and attempts', async () => {
  await migrate(url, ROOT);
  useAlerts(url);
  expect(await moveOutboxEntries()).toBe(3);
  expect(await moveOutboxEntries()).toBe(0);
  const runAt = new Date(DUE);
  expect(await storedJobs('notify-channel')).toEqual([
    { key: 'escalate:e:chat:1', queue: 'channel:chat', runAt, failures: 4 },
  ]);
  expect(await storedJobs('silence-alert')).toEqual([
    { key: `silence:${ACKNOWLEDGEMENT}`, queue: 'silence:production', runAt, failures: 0 },
  ]);
  expect(await storedJobs('capture-evidence')).toMatchObject([
    { key: `evidence:fired:${EPISODE}`, runAt, failures: 0 },
  ]);
  const { rows } = await database.query<{ left: number }>(
    'SELECT count(*)::int AS left FROM alert_outbox WHERE done_at IS NULL',
  );
  expect(rows).toEqual([{ left: 0 }]);
});

test('an entry that the version before has leased stays until its lease is over', async () => {
  await database.query(
    `INSERT INTO alert_outbox (dedupe_key, kind, payload, episode_id, due_at, attempts)
     VALUES ('leased', 'escalate', '{"channel":"leased","minutes":5}', $1, $2, 1),
            ('planned', 'escalate', '{"channel":"leased","minutes":5}', $1, $2, 0)`,
    [EPISODE, new Date(Date.now() + 60_000)],
  );
  expect(await moveOutboxEntries()).toBe(1);
  expect(await keysFor('channel:leased')).toEqual(['planned']);
  await database.query(`UPDATE alert_outbox SET due_at = $1 WHERE dedupe_key = 'leased'`, [DUE]);
  expect(await moveOutboxEntries()).toBe(1);
  expect(await keysFor('channel:leased')).toEqual(['leased', 'planned']);
});

test('more entries than one batch holds are moved in one run', async () => {
  await database.query(
    `INSERT INTO alert_outbox (dedupe_key, kind, payload, episode_id, due_at)
     SELECT 'many:' || number, 'escalate', '{"channel":"many","minutes":5}', $1, now()
       FROM generate_series(1, $2::int) AS number`,
    [EPISODE, MANY],
  );
  expect(await moveOutboxEntries()).toBe(MANY);
  expect(await keysFor('channel:many')).toHaveLength(MANY);
});
