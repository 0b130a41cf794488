import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Principal } from '@/lib/auth/authorize';
import { alertPool } from '@/lib/db/pool';
import { listening, type Listening } from '@/lib/http/listening.fixture';
import { makeJobsDue, storedJobs } from '@/lib/jobs/jobs.fixture';
import { startWorker } from '@/lib/jobs/worker';
import { acknowledgeBody } from '../contract';
import {
  alert,
  clearAlerts,
  delivered,
  endAlerts,
  episodes,
  eventKinds,
  runAlertJobs,
  useAlerts,
} from '../intake/alerts.fixture';
import { countNotificationQueues, notificationJobs } from '../jobs';
import { acknowledge } from '../responses/acknowledgements';
import { countOverdue } from './overdue';
import { notifyJob } from './escalation';
import { DIGEST_ABOVE } from './notify-channel';

interface Received {
  readonly channel: string;
  readonly key: string;
  readonly body: {
    readonly kind: string;
    readonly name?: string;
    readonly total?: number;
    readonly bySeverity?: Record<string, number>;
    readonly worst?: readonly { readonly name: string; readonly severity: string }[];
    readonly url: string;
  };
}

const ann: Principal = { kind: 'user', id: randomUUID(), name: 'first', role: 'responder' };
const T = Date.now() - 600_000;
let received: Received[] = [];
/** What a channel answers; one that hangs answers nothing. */
let answers: Record<string, number | 'hang' | 'no digests'> = {};
let waiting: ServerResponse[] = [];
let server: Listening;

beforeAll(async () => {
  server = await listening((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const channel = request.url!.slice(1);
      received.push({
        channel,
        key: request.headers['idempotency-key'] as string,
        body: JSON.parse(Buffer.concat(chunks).toString()) as Received['body'],
      });
      const answer = answers[channel] ?? 200;
      if (answer === 'hang') return void waiting.push(response);
      if (answer === 'no digests') {
        const isDigest = received.at(-1)!.body.kind === 'digest';
        return void response.writeHead(isDigest ? 422 : 200).end();
      }
      response.writeHead(answer, answer === 429 ? { 'retry-after': '7200' } : {}).end();
    });
  });
  useAlerts(inject('databaseUrl'), {
    PUBLIC_URL: 'http://127.0.0.1:3000',
    ESCALATE_AFTER_MINUTES: 'critical=0,warning=0',
    ALERT_CHANNELS: JSON.stringify(
      ['chat', 'pager'].map((name) => ({ name, kind: 'webhook', url: `${server.url}/${name}` })),
    ),
  });
});
beforeEach(async () => {
  await clearAlerts();
  received = [];
  answers = {};
  waiting = [];
});
afterAll(async () => {
  await server.close();
  await endAlerts();
});

const of = (channel: string) => received.filter((each) => each.channel === channel);
const namesTold = (channel: string) => of(channel).map(({ body }) => body.name);
const numbered = (count: number, severity: string, prefix: string) =>
  Array.from({ length: count }, (_, index) =>
    alert(`${prefix}${index}`, 'firing', T + index * 1000, { labels: { severity } }),
  );
/** As when the time of its next probe has come. */
const endWait = async (channel?: string) => {
  await alertPool().query(
    `UPDATE alert_channels
        SET probe_at = now() - interval '1 minute'
      WHERE $1::text IS NULL
         OR name = $1`,
    [channel ?? null],
  );
  await makeJobsDue(notifyJob.name);
};
const waitingFor = async (channel: string) =>
  (await storedJobs(notifyJob.name)).filter(({ queue }) => queue === `channel:${channel}`);
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 20));
}

test('a channel that hangs delays no other, and what waits for it is not sent to it meanwhile', async () => {
  answers = { pager: 'hang' };
  const worker = startWorker({
    name: 'test',
    jobs: notificationJobs(),
    concurrency: countNotificationQueues() + 2,
  });
  try {
    await delivered(numbered(5, 'critical', 'A'));
    await until(() => waiting.length === 1 && of('chat').length === 5);
    await delivered([alert('OneMore', 'firing', T)]);
    await until(() => namesTold('chat').includes('OneMore'));
    expect(of('pager')).toHaveLength(1);
  } finally {
    waiting.forEach((response) => response.destroy());
    answers = {};
    await worker.stop();
  }
});

test('a channel that fails is probed by one message at a time, each another one, the untried first', async () => {
  answers = { pager: 503 };
  await delivered(numbered(4, 'critical', 'A'));
  await runAlertJobs();
  expect(of('pager')).toHaveLength(1);
  for (let probe = 2; probe <= 4; probe += 1) {
    await endWait();
    await runAlertJobs();
    expect(of('pager')).toHaveLength(probe);
  }
  expect(new Set(namesTold('pager'))).toEqual(new Set(['A0', 'A1', 'A2', 'A3']));
  expect(await countOverdue()).toBe(4);
  answers = {};
  await endWait();
  await delivered([alert('New', 'firing', T)]);
  await runAlertJobs();
  expect(namesTold('pager').slice(4)[0]).toBe('New');
  expect(namesTold('pager').slice(5).toSorted()).toEqual(['A0', 'A1', 'A2', 'A3']);
  expect(await countOverdue()).toBe(0);
});

test('what begins while a channel fails waits for its probe', async () => {
  answers = { pager: 503 };
  await delivered([alert('First', 'firing', T)]);
  await runAlertJobs();
  await delivered([alert('Second', 'firing', T)]);
  await runAlertJobs();
  expect(namesTold('pager')).toEqual(['First']);
  expect(namesTold('chat')).toEqual(['First', 'Second']);
  const { rows } = await alertPool().query<{ probe_at: Date; reason: string }>(
    `SELECT probe_at, reason FROM alert_channels`,
  );
  expect(rows).toMatchObject([{ reason: 'unavailable' }]);
  const second = (await waitingFor('pager')).find(({ failures }) => failures === 0);
  expect(second!.runAt).toEqual(rows[0]!.probe_at);
});

test('a message that the channel refuses holds up no other', async () => {
  answers = { pager: 422 };
  await delivered([alert('Refused', 'firing', T)]);
  await runAlertJobs();
  answers = {};
  await delivered([alert('Next', 'firing', T)]);
  await runAlertJobs();
  expect(namesTold('pager')).toEqual(['Refused', 'Next']);
  expect(await waitingFor('pager')).toMatchObject([{ failures: 1 }]);
});

test('where more than twenty wait, a channel gets one message that names the worst and counts the rest', async () => {
  await delivered([...numbered(25, 'warning', 'W'), ...numbered(3, 'critical', 'C')]);
  await runAlertJobs();
  expect(of('chat')).toHaveLength(1);
  expect(of('chat')[0]!.body).toMatchObject({
    kind: 'digest',
    total: 28,
    bySeverity: { critical: 3, warning: 25 },
    url: 'http://127.0.0.1:3000/alerts?state=unacknowledged',
  });
  expect(
    of('chat')[0]!
      .body.worst!.map(({ name }) => name)
      .slice(0, 5),
  ).toEqual(['C0', 'C1', 'C2', 'W0', 'W1']);
  expect(await storedJobs(notifyJob.name)).toEqual([]);
  for (const { id } of await episodes())
    expect((await eventKinds(id)).filter((kind) => kind === 'notified')).toHaveLength(2);
});

test('twenty that wait are twenty messages', async () => {
  await delivered(numbered(DIGEST_ABOVE, 'critical', 'A'));
  await runAlertJobs();
  expect(of('chat')).toHaveLength(DIGEST_ABOVE);
  expect(of('chat').every(({ body }) => body.kind === 'unacknowledged')).toBe(true);
});

test('what somebody has acknowledged meanwhile is in no digest', async () => {
  await delivered(numbered(DIGEST_ABOVE + 5, 'critical', 'A'));
  const taken = (await episodes()).slice(0, 6).map(({ id }) => id);
  await acknowledge(ann, taken, acknowledgeBody.parse({ idempotencyKey: randomUUID() }));
  await runAlertJobs();
  expect(of('chat')).toHaveLength(DIGEST_ABOVE - 1);
  expect(of('chat').every(({ body }) => body.kind === 'unacknowledged')).toBe(true);
});

test('a digest that is not taken is sent again under the same key, with nothing lost', async () => {
  answers = { pager: 503 };
  await delivered(numbered(30, 'critical', 'A'));
  await runAlertJobs();
  expect(of('pager')).toHaveLength(1);
  expect(await waitingFor('pager')).toHaveLength(30);
  answers = {};
  await endWait();
  await runAlertJobs();
  expect(of('pager').map(({ body }) => body.total)).toEqual([30, 30]);
  expect(new Set(of('pager').map(({ key }) => key)).size).toBe(1);
  expect(await waitingFor('pager')).toEqual([]);
});

test('a message that was taken is not sent again when what follows from it cannot be noted', async () => {
  await alertPool().query(
    `CREATE SEQUENCE refused_removals;
     CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
     CREATE FUNCTION refuse_once() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
            IF nextval('refused_removals') = 1 THEN RAISE EXCEPTION 'refused'; END IF;
            RETURN OLD;
          END $$;
     CREATE TRIGGER refuse BEFORE DELETE ON alert_channels
       FOR EACH ROW EXECUTE FUNCTION refuse();
     CREATE TRIGGER refuse BEFORE INSERT ON alert_events
       FOR EACH ROW WHEN (NEW.kind = 'notified') EXECUTE FUNCTION refuse();
     CREATE TRIGGER refuse BEFORE DELETE ON graphile_worker._private_jobs
       FOR EACH ROW WHEN (OLD.locked_at IS NULL) EXECUTE FUNCTION refuse_once();`,
  );
  try {
    await alertPool().query(
      `INSERT INTO alert_channels (name, failing_since, failures, probe_at, reason)
       VALUES ('pager', now(), 1, now() - interval '1 minute', 'unavailable')`,
    );
    await delivered(numbered(25, 'critical', 'A'));
    await runAlertJobs();
    expect(received.map(({ channel }) => channel).toSorted()).toEqual(['chat', 'pager']);
    expect(await storedJobs(notifyJob.name)).toEqual([]);
  } finally {
    await alertPool().query(
      `DROP FUNCTION refuse, refuse_once CASCADE;
       DROP SEQUENCE refused_removals;`,
    );
  }
});

test('a channel that asks to be left alone for hours is tried again within five minutes', async () => {
  answers = { pager: 429 };
  await delivered(numbered(2, 'critical', 'A'));
  await runAlertJobs();
  const latest = Date.now() + 5 * 60_000;
  const { rows } = await alertPool().query<{ probe_at: Date }>(
    `SELECT probe_at FROM alert_channels`,
  );
  const times = [rows[0]!.probe_at, ...(await waitingFor('pager')).map(({ runAt }) => runAt)];
  expect(times).toHaveLength(3);
  expect(Math.max(...times.map(Number))).toBeLessThanOrEqual(latest);
  expect(Math.min(...times.map(Number))).toBeGreaterThan(Date.now() + 4 * 60_000);
});

test('a channel that refuses digests gets each alert by itself', async () => {
  answers = { pager: 'no digests' };
  await delivered(numbered(25, 'critical', 'A'));
  await runAlertJobs();
  const taken = of('pager').filter(({ body }) => body.kind === 'unacknowledged');
  expect(taken).toHaveLength(25);
  expect(new Set(taken.map(({ body }) => body.name)).size).toBe(25);
  expect(await waitingFor('pager')).toEqual([]);
});
