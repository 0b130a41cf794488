import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { prisma } from '@/lib/db/client';
import { alertPool, jobsPool } from '@/lib/db/pool';
import { transaction } from '@/lib/db/transaction';
import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';
import { epochMs } from '@/lib/time/units';
import { releaseJobsOfDeadWorkers } from './dead-workers';
import { runnableJob, type FailedAttempt, type JobContext, type JobResult } from './handler';
import { clearJobs, makeJobsDue, storedJobs } from './jobs.fixture';
import { countOverdueJobs } from './overdue';
import {
  defineJob,
  enqueueJob,
  enqueueJobs,
  holdQueue,
  removeJobs,
  reserveDueJobs,
  unfinishedJobKeys,
} from './queue';
import { repeatedJob, runRepeatedJobNow, scheduleRepeatedJobs } from './schedule';
import { runDueJobs, startWorker } from './worker';

const greet = defineJob('greet', z.object({ name: z.string() }));
let greeted: { name: string; context: JobContext }[] = [];
let failures: FailedAttempt[] = [];
let answer: () => Promise<JobResult> = () => Promise.resolve('done');
const greeting = runnableJob({
  kind: greet,
  maxAttempts: 3,
  async run({ name }, context) {
    greeted.push({ name, context });
    return answer();
  },
  failed(_payload, attempt) {
    failures.push(attempt);
    return Promise.resolve();
  },
});
const names = () => greeted.map(({ name }) => name);
const soon = () => epochMs(Date.now() + 60_000);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 20));
}

beforeAll(() => {
  Object.assign(process.env, {
    DATABASE_URL: inject('databaseUrl'),
    HOSTNAME: '127.0.0.1',
    LOG_LEVEL: 'silent',
  });
});
beforeEach(async () => {
  await clearJobs();
  greeted = [];
  failures = [];
  answer = () => Promise.resolve('done');
});
afterAll(async () => {
  await prisma().$disconnect();
  await alertPool().end();
  await jobsPool().end();
});

describe('adding a job', () => {
  test('in a transaction that is rolled back adds none', async () => {
    const failed = transaction(alertPool(), async (client) => {
      await enqueueJob(client, greet, { name: 'nobody' }, { key: 'a' });
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    await runDueJobs([greeting]);
    expect(names()).toEqual([]);
    expect(await storedJobs('greet')).toEqual([]);
  });
  test('in a transaction of Prisma that is rolled back adds none, and in one that commits adds it', async () => {
    const failed = prisma().$transaction(async (tx) => {
      await enqueueJob(tx, greet, { name: 'nobody' }, { key: 'a' });
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    await prisma().$transaction((tx) =>
      enqueueJob(tx, greet, { name: 'prisma' }, { key: 'b', queue: 'q', runAt: epochMs(0) }),
    );
    await runDueJobs([greeting]);
    expect(names()).toEqual(['prisma']);
  });
  test('with the key of one that waits takes its place', async () => {
    await enqueueJob(alertPool(), greet, { name: 'first' }, { key: 'a', runAt: soon() });
    await enqueueJob(alertPool(), greet, { name: 'second' }, { key: 'a' });
    await runDueJobs([greeting]);
    expect(names()).toEqual(['second']);
  });
  test('keeps the time of the one that waits where that is wanted', async () => {
    await enqueueJob(alertPool(), greet, { name: 'first' }, { key: 'a', runAt: soon() });
    await enqueueJob(alertPool(), greet, { name: 'second' }, { key: 'a', keepRunAt: true });
    await runDueJobs([greeting]);
    expect(names()).toEqual([]);
    expect(await storedJobs('greet')).toHaveLength(1);
  });
  test('of one key twice in a statement adds the last', async () => {
    await enqueueJobs(alertPool(), [
      { kind: greet, payload: { name: 'first' }, key: 'a' },
      { kind: greet, payload: { name: 'second' }, key: 'a' },
    ]);
    await runDueJobs([greeting]);
    expect(names()).toEqual(['second']);
  });
  test('with a payload that is none of its kind is refused', async () => {
    const payload = { name: 7 } as unknown as { name: string };
    await expect(
      (async () => enqueueJob(alertPool(), greet, payload, { key: 'a' }))(),
    ).rejects.toThrow(z.ZodError);
  });
  test('is known by its key until it is done, to pg and to Prisma', async () => {
    await enqueueJob(alertPool(), greet, { name: 'ann' }, { key: 'a' });
    expect(await unfinishedJobKeys(alertPool(), ['a', 'b'])).toEqual(new Set(['a']));
    expect(await unfinishedJobKeys(prisma(), ['a', 'b'])).toEqual(new Set(['a']));
    await runDueJobs([greeting]);
    expect(await unfinishedJobKeys(alertPool(), ['a', 'b'])).toEqual(new Set());
  });
});

describe('a job that fails', () => {
  test('is tried again later under the same key, with the attempt counted', async () => {
    answer = () => Promise.reject(new AppError('unavailable', 'not now'));
    await enqueueJob(alertPool(), greet, { name: 'ann' }, { key: 'a', queue: 'q' });
    await runDueJobs([greeting]);
    const [job] = await storedJobs('greet');
    expect(job).toMatchObject({ key: 'a', queue: 'q', failures: 1 });
    expect(job!.runAt.getTime()).toBeGreaterThan(Date.now());
    answer = () => Promise.resolve('done');
    await makeJobsDue('greet');
    await runDueJobs([greeting]);
    expect(greeted.map(({ context }) => [context.key, context.attempt])).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
    expect(failures).toEqual([
      { code: 'unavailable', message: 'not now', retryAfterMs: 0, attempt: 1, givenUp: false },
    ]);
  });
  test('waits as long as the other side asks', async () => {
    answer = () => Promise.reject(new OutboundError('rate_limited', '', 429, { afterMs: 900_000 }));
    await enqueueJob(alertPool(), greet, { name: 'ann' }, { key: 'a' });
    const before = Date.now();
    await runDueJobs([greeting]);
    const [job] = await storedJobs('greet');
    expect(job!.runAt.getTime()).toBeGreaterThanOrEqual(before + 900_000);
  });
  test('is given up after its last attempt', async () => {
    answer = () => Promise.reject(new TypeError('a secret'));
    await enqueueJob(alertPool(), greet, { name: 'ann' }, { key: 'a' });
    for (let round = 0; round < 5; round += 1) {
      await makeJobsDue('greet');
      await runDueJobs([greeting]);
    }
    expect(failures.map(({ attempt, givenUp }) => [attempt, givenUp])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(failures.every(({ message }) => !message.includes('secret'))).toBe(true);
    expect(await storedJobs('greet')).toEqual([]);
  });
  test('comes after those that were never tried', async () => {
    answer = () => Promise.reject(new AppError('unavailable', 'not now'));
    await enqueueJob(alertPool(), greet, { name: 'old' }, { key: 'old', queue: 'q' });
    await runDueJobs([greeting]);
    answer = () => Promise.resolve('done');
    await makeJobsDue('greet');
    await enqueueJob(alertPool(), greet, { name: 'new' }, { key: 'new', queue: 'q' });
    await runDueJobs([greeting]);
    expect(names()).toEqual(['old', 'new', 'old']);
  });
  test('that is postponed was not tried', async () => {
    answer = () => Promise.resolve({ postponedUntil: soon() });
    await enqueueJob(alertPool(), greet, { name: 'ann' }, { key: 'a' });
    await runDueJobs([greeting]);
    expect(await storedJobs('greet')).toMatchObject([{ key: 'a', failures: 0 }]);
    expect(failures).toEqual([]);
  });
});

describe('overdue', () => {
  const count = () => countOverdueJobs(['greet'], []);

  test('is what failed more than twice or is due for more than three minutes, and nothing else', async () => {
    const due = { kind: greet, payload: { name: 'ann' } };
    await enqueueJobs(alertPool(), [
      { ...due, key: 'now' },
      { ...due, key: 'later', runAt: soon() },
      { ...due, key: 'failed twice', attempt: 3, runAt: soon() },
    ]);
    expect(await count()).toBe(0);
    await enqueueJobs(alertPool(), [
      { ...due, key: 'failed often', attempt: 4, runAt: soon() },
      { ...due, key: 'late', runAt: epochMs(Date.now() - 200_000) },
    ]);
    expect(await count()).toBe(2);
    expect(await countOverdueJobs(['another kind'], [])).toBe(0);
  });
  test('is what waits in a queue that is held, but not what is due after that', async () => {
    const until = soon();
    const queued = { kind: greet, payload: { name: 'ann' }, queue: 'q' };
    await enqueueJobs(alertPool(), [
      { ...queued, key: 'a' },
      { ...queued, key: 'b', runAt: epochMs(until + 60_000) },
    ]);
    await holdQueue(alertPool(), 'q', until);
    expect(await countOverdueJobs(['greet'], [{ queue: 'q', until }])).toBe(1);
  });
});

test('jobs of a queue are reserved, the least tried first, and removed', async () => {
  const queued = { kind: greet, queue: 'q' };
  await enqueueJobs(alertPool(), [
    { ...queued, payload: { name: 'retried' }, key: 'a', attempt: 2 },
    { ...queued, payload: { name: 'new' }, key: 'b' },
    { ...queued, payload: { name: 'later' }, key: 'c', runAt: soon() },
  ]);
  await enqueueJob(alertPool(), greet, { name: 'elsewhere' }, { key: 'd', queue: 'other' });
  const reserved = await reserveDueJobs(alertPool(), greet, 'q', soon(), 10);
  expect(reserved.map(({ payload, attempt }) => [payload.name, attempt])).toEqual([
    ['new', 1],
    ['retried', 2],
  ]);
  await runDueJobs([greeting]);
  expect(names()).toEqual(['elsewhere']);
  await removeJobs(
    alertPool(),
    reserved.map(({ id }) => id),
  );
  expect((await storedJobs('greet')).map(({ key }) => key)).toEqual(['c']);
});

describe('what repeats', () => {
  let runs = 0;
  const repeated = { name: 'tick', everyMs: 60_000, run: () => Promise.resolve((runs += 1)) };
  beforeEach(() => {
    runs = 0;
  });

  test('is queued once, however many processes start, and queues itself again', async () => {
    await Promise.all([
      scheduleRepeatedJobs([repeated]),
      scheduleRepeatedJobs([repeated]),
      scheduleRepeatedJobs([repeated]),
    ]);
    await runDueJobs([repeatedJob(repeated)]);
    expect(runs).toBe(1);
    const [next, ...others] = await storedJobs('tick');
    expect(others).toEqual([]);
    expect(next!.runAt.getTime()).toBeGreaterThan(Date.now());
  });
  test('goes on after a failure', async () => {
    const failing = { ...repeated, run: () => Promise.reject(new Error('broken')) };
    await scheduleRepeatedJobs([failing]);
    await runDueJobs([repeatedJob(failing)]);
    expect(await storedJobs('tick')).toHaveLength(1);
  });
  test('runs at once when a transaction that asks for it commits', async () => {
    await scheduleRepeatedJobs([repeated]);
    await runDueJobs([repeatedJob(repeated)]);
    await transaction(alertPool(), (client) => runRepeatedJobNow(client, 'tick'));
    await runDueJobs([repeatedJob(repeated)]);
    expect(runs).toBe(2);
    expect(await storedJobs('tick')).toHaveLength(1);
  });
});

describe('workers', () => {
  test('a queue that hangs delays no other, and a job is run by one worker alone', async () => {
    let letGo = () => {};
    const hanging = new Promise<JobResult>((done) => {
      letGo = () => done('done');
    });
    const job = runnableJob({
      kind: greet,
      run({ name }, context) {
        greeted.push({ name, context });
        return name === 'hangs' ? hanging : Promise.resolve('done');
      },
    });
    const workers = [1, 2].map((number) =>
      startWorker({ name: `test-${number}`, jobs: [job], concurrency: 3 }),
    );
    try {
      const queued = (queue: string, name: string) => ({
        kind: greet,
        payload: { name },
        key: randomUUID(),
        queue,
      });
      await enqueueJob(alertPool(), greet, { name: 'hangs' }, { key: 'h', queue: 'slow' });
      await until(() => names().includes('hangs'));
      await enqueueJobs(alertPool(), [
        queued('slow', 'behind it'),
        ...Array.from({ length: 10 }, (_, index) => queued('quick', `quick ${index}`)),
      ]);
      await until(() => names().length === 11);
      expect(names()).not.toContain('behind it');
      letGo();
      await until(() => names().includes('behind it'));
      expect(new Set(names()).size).toBe(names().length);
    } finally {
      letGo();
      await Promise.all(workers.map((worker) => worker.stop()));
    }
  });
  /** Short, since nothing is slow here. */
  const GRACE_MS = 100;

  async function workersWithLock(): Promise<number> {
    const { rows } = await jobsPool().query<{ count: number }>(
      `SELECT count(*)::int AS count
         FROM pg_locks
        WHERE locktype = 'advisory'
          AND classid = 7201005
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND granted`,
    );
    return rows[0]!.count;
  }
  async function lockJob(key: string, workerId: string, ago: string): Promise<void> {
    await jobsPool().query(
      `WITH taken AS (
         UPDATE graphile_worker._private_jobs
            SET locked_at = now() - $3::interval,
                locked_by = $2
          WHERE key = $1
         RETURNING job_queue_id
       )
       UPDATE graphile_worker._private_job_queues
          SET locked_at = now() - $3::interval,
              locked_by = $2
        WHERE id IN (SELECT job_queue_id FROM taken)`,
      [key, workerId, ago],
    );
  }
  /** Starts a worker in a process of its own and kills it while it runs a job. */
  async function killWorkerThatHasTaken(): Promise<void> {
    const program = join(import.meta.dirname, 'hanging-worker.fixture.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program], {
      env: process.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  test('what a worker held that was killed is taken by another; what one holds that lives is not', async () => {
    let letGo = () => {};
    answer = () =>
      new Promise((done) => {
        letGo = () => done('done');
      });
    const living = startWorker({ name: 'living', jobs: [greeting], concurrency: 1 });
    try {
      await enqueueJob(alertPool(), greet, { name: 'long' }, { key: 'a', queue: 'q' });
      await until(() => names().length === 1);
      const hang = defineJob('hang', z.object({}));
      await enqueueJob(alertPool(), hang, {}, { key: 'b', queue: 'q2' });
      await killWorkerThatHasTaken();
      const run: string[] = [];
      const jobs = [
        greeting,
        runnableJob({
          kind: hang,
          run(_payload, { key }) {
            run.push(key);
            return Promise.resolve('done');
          },
        }),
      ];
      // Postgres notices the end of a connection in its own time.
      await until(async () => {
        await releaseJobsOfDeadWorkers(GRACE_MS);
        await runDueJobs(jobs);
        return run.length > 0;
      });
      expect(run).toEqual(['b']);
      expect(names()).toEqual(['long']);
    } finally {
      letGo();
      await living.stop();
    }
  });
  test('one look that finds a lock missing takes nothing from a worker', async () => {
    await enqueueJob(alertPool(), greet, { name: 'ann' }, { key: 'a', queue: 'q' });
    await lockJob('a', 'pool-without-lock', '1 hour');
    await releaseJobsOfDeadWorkers(GRACE_MS);
    await runDueJobs([greeting]);
    expect(names()).toEqual([]);
    await new Promise((done) => setTimeout(done, 2 * GRACE_MS));
    await releaseJobsOfDeadWorkers(GRACE_MS);
    await runDueJobs([greeting]);
    expect(names()).toEqual(['ann']);
  });
  test('a queue that is locked without any job is free again', async () => {
    await enqueueJob(alertPool(), greet, { name: 'ann' }, { key: 'a', queue: 'q' });
    await jobsPool().query(
      `UPDATE graphile_worker._private_job_queues
          SET locked_at = now() - interval '1 minute',
              locked_by = 'somebody'
        WHERE queue_name = 'q'`,
    );
    await runDueJobs([greeting]);
    expect(names()).toEqual([]);
    await releaseJobsOfDeadWorkers();
    await runDueJobs([greeting]);
    expect(names()).toEqual(['ann']);
  });
  test('a worker whose lock was cut takes it again, and releases it when it has ended', async () => {
    const worker = startWorker({ name: 'cut', jobs: [greeting], concurrency: 1 });
    try {
      await until(async () => (await workersWithLock()) === 1);
      await jobsPool().query(
        `SELECT pg_terminate_backend(pid, 5000)
           FROM pg_stat_activity
          WHERE application_name = 'throughline-worker-lock'`,
      );
      await until(async () => (await workersWithLock()) === 1);
    } finally {
      await worker.stop();
    }
    await until(async () => (await workersWithLock()) === 0);
  });
  test('what a worker still holds when it has ended is given back', async () => {
    let letGo = () => {};
    answer = () =>
      new Promise((done) => {
        letGo = () => done('done');
      });
    const worker = startWorker({ name: 'ended', jobs: [greeting], concurrency: 1 });
    await enqueueJob(alertPool(), greet, { name: 'runs' }, { key: 'a', queue: 'q' });
    await until(() => names().length === 1);
    // As one whose taking was never answered.
    await enqueueJob(alertPool(), greet, { name: 'lost' }, { key: 'b', queue: 'q2' });
    const { rows } = await jobsPool().query<{ id: string }>(
      `SELECT locked_by AS id
         FROM graphile_worker.jobs
        WHERE key = 'a'`,
    );
    await lockJob('b', rows[0]!.id, '0 seconds');
    const stopped = worker.stop();
    letGo();
    await stopped;
    answer = () => Promise.resolve('done');
    await runDueJobs([greeting]);
    expect(names()).toEqual(['runs', 'lost']);
  });
  test('a worker whose connections are cut goes on', async () => {
    const worker = startWorker({ name: 'cut', jobs: [greeting], concurrency: 2 });
    try {
      await enqueueJob(alertPool(), greet, { name: 'before' }, { key: 'a' });
      await until(() => names().includes('before'));
      await alertPool().query(
        `SELECT pg_terminate_backend(pid)
           FROM pg_stat_activity
          WHERE application_name = 'throughline-jobs'`,
      );
      await enqueueJob(alertPool(), greet, { name: 'after' }, { key: 'b' });
      await until(() => names().includes('after'));
    } finally {
      await worker.stop();
    }
  });
  test('one that is told to stop ends what runs and takes nothing more', async () => {
    let letGo = () => {};
    answer = () =>
      new Promise((done) => {
        letGo = () => done('done');
      });
    const worker = startWorker({ name: 'stopped', jobs: [greeting], concurrency: 1 });
    await enqueueJobs(alertPool(), [
      { kind: greet, payload: { name: 'first' }, key: 'a', queue: 'q' },
      { kind: greet, payload: { name: 'second' }, key: 'b', queue: 'q' },
    ]);
    await until(() => names().length === 1);
    const stopped = worker.stop();
    letGo();
    await stopped;
    expect((await storedJobs('greet')).map(({ key }) => key)).toHaveLength(1);
    answer = () => Promise.resolve('done');
    await runDueJobs([greeting]);
    expect(names().toSorted()).toEqual(['first', 'second']);
  });
});
