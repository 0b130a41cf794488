import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { startAlertmanager } from '@/bin/parts/monitoring';
import { freePort, pause, Processes } from '@/bin/parts/processes';
import type { Principal } from '@/lib/auth/authorize';
import { alertPool } from '@/lib/db/pool';
import { intake } from '@/lib/http/inbound';
import { listening, type Listening } from '@/lib/http/listening.fixture';
import { makeJobsDue } from '@/lib/jobs/jobs.fixture';
import { enqueueJobs } from '@/lib/jobs/queue';
import { alertmanagerSource } from '@/lib/telemetry/alertmanager/source';
import { epochMs } from '@/lib/time/units';
import { acknowledge, endAcknowledgement } from '../responses/acknowledgements';
import { processDeliveries } from './process-deliveries';
import {
  alert,
  clearAlerts,
  delivered,
  endAlerts,
  episodes,
  eventKinds,
  runAlertJobs,
  TOKEN,
  useAlerts,
} from './alerts.fixture';
import { loadEpisode } from '../episodes/load-episodes';
import { resolveEpisode } from '../responses/resolve-episode';
import { silenceJob, silenceRequest } from '../responses/silence-jobs';
import { endSilences } from '../responses/silences';
import { receive, webhookRoute } from './receive';
import { reconcileSources } from './reconcile';
import { acknowledgeBody } from '../contract';

const root = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'throughline-am-'));
const processes = new Processes(folder, () => {});
const person: Principal = { kind: 'user', id: randomUUID(), name: 'oncall', role: 'responder' };
let portal: Listening;
let peers: string[] = [];
/** What the portal answers first, instead of taking the message in. */
let refusals: number[] = [];
let seen: number[] = [];
let run = 0;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const work = intake(webhookRoute('alertmanager'), receive('alertmanager'));
  portal = await listening((request, response) => {
    const refusal = refusals.shift();
    if (refusal !== undefined) {
      seen.push(refusal);
      request.resume();
      return void response.writeHead(refusal, refusal === 302 ? { location: '/login' } : {}).end();
    }
    void work(
      new Request(`${portal.url}${request.url}`, {
        method: request.method!,
        headers: request.headers as Record<string, string>,
        body: Readable.toWeb(request) as never,
        duplex: 'half',
      } as never),
    ).then(async (answer) => {
      seen.push(answer.status);
      response
        .writeHead(answer.status, Object.fromEntries(answer.headers))
        .end(await answer.text());
    });
  });
  const webhook = { url: `${portal.url}/api/webhooks/alertmanager`, token: TOKEN };
  peers = [
    await startAlertmanager(
      processes,
      folder,
      join(root, '.cache'),
      await freePort(),
      webhook,
      'am-0',
    ),
    await startAlertmanager(
      processes,
      folder,
      join(root, '.cache'),
      await freePort(),
      { ...webhook, maxAlerts: 1 },
      'am-1',
    ),
  ];
  useAlerts(inject('databaseUrl'), {
    ALERT_SOURCES: JSON.stringify([
      { name: 'production', kind: 'alertmanager', tokens: [TOKEN], peers },
    ]),
  });
});
beforeEach(async () => {
  await clearAlerts();
  refusals = [];
  seen = [];
  run += 1;
});
afterEach(async () => {
  // What one test fired is over for the next.
  for (const peer of peers) {
    const left = await alertmanagerSource({ base: peer }).current({});
    await fire(
      [peer],
      left.map(({ labels, startMs }) => ({ labels, startMs, endMs: Date.now() - 1000 })),
    );
  }
});
afterAll(async () => {
  await processes.end();
  await portal.close();
  await endAlerts();
  rmSync(folder, { recursive: true, force: true });
});

interface Fired {
  readonly labels: Record<string, string>;
  readonly startMs: number;
  readonly endMs?: number;
}

async function fire(to: readonly string[], alerts: readonly Fired[]): Promise<void> {
  for (const peer of to) {
    const body = alerts.map(({ labels, startMs, endMs }) => ({
      labels,
      annotations: { summary: 'of the tests' },
      startsAt: new Date(startMs).toISOString(),
      endsAt: new Date(endMs ?? Date.now() + 600_000).toISOString(),
    }));
    const answer = await fetch(`${peer}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  }
}

const labelsOf = (name: string, more: Record<string, string> = {}) => ({
  alertname: `${name}${run}`,
  severity: 'critical',
  service: 'checkout',
  ...more,
});
/** Old enough that a webhook would long have told. */
const before = () => Date.now() - 300_000;

async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
  seconds = 40,
): Promise<Value> {
  for (let waited = 0; waited < seconds * 5; waited += 1) {
    await processDeliveries();
    const found = await look();
    if (found) return found;
    await pause(200);
  }
  throw new Error(`${what} did not happen; answered: ${seen.join(' ')}`);
}
const named = async (name: string) =>
  (await episodes()).filter((each) => each.name === `${name}${run}`);

test('a real Alertmanager: fires, is stored, acknowledged, resolves', async () => {
  const [labels, startMs] = [labelsOf('Whole'), before()];
  await fire([peers[0]!], [{ labels, startMs }]);
  const [episode] = await until('firing', async () => {
    const found = await named('Whole');
    return found.length > 0 && found;
  });
  expect(episode!.started_at.getTime()).toBe(startMs);
  await acknowledge(person, [episode!.id], acknowledgeBody.parse({ idempotencyKey: randomUUID() }));
  await fire([peers[0]!], [{ labels, startMs, endMs: Date.now() }]);
  await until('resolving', async () => (await named('Whole'))[0]!.resolved_at !== null);
  expect(await named('Whole')).toMatchObject([{ resolved_by: 'source' }]);
  expect((await eventKinds(episode!.id)).filter((kind) => kind !== 'annotations_changed')).toEqual([
    'fired',
    'acknowledged',
    'resolved',
  ]);
});

test('two members that both send: one episode', async () => {
  await fire(peers, [{ labels: labelsOf('Twice'), startMs: before() }]);
  await until(
    'both sending',
    async () => (await alertPool().query('SELECT 1 FROM alert_peers')).rowCount === 2,
  );
  expect(await named('Twice')).toHaveLength(1);
});

test.each([
  ['a redirect', 302],
  ['413', 413],
  ['400', 400],
  ['503', 503],
])('%s loses nothing: the alert is there after the next flush', async (_, status) => {
  refusals = [status];
  await fire([peers[0]!], [{ labels: labelsOf(`Refused${status}`), startMs: before() }]);
  await until('storing', async () => (await named(`Refused${status}`)).length === 1);
  expect(seen[0]).toBe(status);
  expect(seen).toContain(200);
});

test('an alert that comes back with the identical beginning fires again as the same episode', async () => {
  const [labels, startMs] = [labelsOf('Lease'), before()];
  await fire([peers[0]!], [{ labels, startMs }]);
  await until('firing', async () => (await named('Lease')).length === 1);
  await fire([peers[0]!], [{ labels, startMs, endMs: Date.now() }]);
  await until('resolving', async () => (await named('Lease'))[0]!.resolved_at !== null);
  await fire([peers[0]!], [{ labels, startMs }]);
  await until('doubt', async () => (await named('Lease'))[0]!.doubtful_since !== null);
  await pause(20);
  await reconcileSources();
  expect(await named('Lease')).toMatchObject([{ resolved_at: null, doubtful_since: null }]);
  expect(
    (await eventKinds((await named('Lease'))[0]!.id)).filter(
      (kind) => kind !== 'annotations_changed',
    ),
  ).toEqual(['fired', 'resolved', 'unconfirmed', 'reopened']);
});

test('what max_alerts cut off is found in the member’s own list', async () => {
  const all = ['a', 'b', 'c'].map((instance) => ({
    labels: labelsOf('Cut', { instance }),
    startMs: before() - 300_000,
  }));
  await fire([peers[1]!], all);
  await until('one arriving', async () => (await named('Cut')).length === 1);
  await pause(20);
  await reconcileSources();
  expect(await named('Cut')).toHaveLength(3);
  const { rows } = await alertPool().query<{ missing_here: number }>(
    'SELECT missing_here FROM alert_reconciliations WHERE peer = $1',
    [peers[1]],
  );
  expect(rows).toEqual([{ missing_here: 2 }]);
});

test('an acknowledgement can silence in Alertmanager, once, and the silence ends with it', async () => {
  const [labels, startMs] = [labelsOf('Quiet'), before()];
  await fire(peers, [{ labels, startMs }]);
  const [episode] = await until('firing', async () => {
    const found = await named('Quiet');
    return found.length > 0 && found;
  });
  await acknowledge(
    person,
    [episode!.id],
    acknowledgeBody.parse({ idempotencyKey: randomUUID(), silence: true }),
  );
  await runAlertJobs();
  const stateThere = async () =>
    (await alertmanagerSource({ base: peers[0]! }).current({})).find(
      (each) => each.labels.alertname === labels.alertname,
    )?.state;
  await until('silencing', async () => (await stateThere()) === 'suppressed');
  // Sent again after an answer that was lost: there is still one.
  await alertPool().query(`UPDATE alert_acknowledgements SET silence_id = NULL`);
  const { acknowledgement } = await loadEpisode(episode!.id);
  const again = { acknowledgement: acknowledgement!.id, episodeId: episode!.id };
  await enqueueJobs(alertPool(), [silenceRequest(again, 'production')]);
  await runAlertJobs();
  const silences = (await (await fetch(`${peers[0]}/api/v2/silences`)).json()) as {
    status: { state: string };
    comment: string;
  }[];
  expect(
    silences.filter(
      ({ status, comment }) => status.state === 'active' && comment.includes(episode!.id),
    ),
  ).toHaveLength(1);

  await endAcknowledgement([episode!.id], 'withdrawn', person.name);
  await endSilences();
  await until('the silence ending', async () => (await stateThere()) === 'active');
  expect(
    (await eventKinds(episode!.id)).filter(
      (kind) => kind !== 'annotations_changed' && kind !== 'evidence_captured',
    ),
  ).toEqual([
    'fired',
    'acknowledged',
    'silenced',
    'silenced',
    'acknowledgement_withdrawn',
    'silence_ended',
  ]);
});

test('what Alertmanager refuses to silence says so where it was asked for', async () => {
  // Alertmanager 0.25 takes no such name in a matcher; one that sends here may have it.
  const name = `Refused${Date.now()}`;
  await delivered([alert(name, 'firing', Date.now(), { labels: { 'service.name': 'checkout' } })]);
  const id = (await episodes()).find((each) => each.name === name)!.id;
  expect(await loadEpisode(id)).toMatchObject({ silence: 'possible', resolution: 'source_tells' });
  const body = acknowledgeBody.parse({ idempotencyKey: randomUUID(), silence: true });
  expect(await acknowledge(person, [id], body)).toMatchObject([{ silence: 'requested' }]);
  await runAlertJobs();
  const tried = await loadEpisode(id);
  expect(tried.acknowledgement).toMatchObject({
    silenced: 'requested',
    silenceFailure: expect.stringMatching(/./) as string,
  });
  for (let attempt = 2; attempt <= 12; attempt += 1) {
    await makeJobsDue(silenceJob.name);
    await runAlertJobs();
  }
  const { acknowledgement, timeline } = await loadEpisode(id);
  expect(acknowledgement).toMatchObject({
    silenced: 'failed',
    silenceFailure: tried.acknowledgement!.silenceFailure,
  });
  expect(timeline[0]).toMatchObject({ kind: 'silence_abandoned', detail: { attempts: 12 } });
  await expect(
    resolveEpisode(person, id, { note: '', idempotencyKey: randomUUID() }),
  ).rejects.toMatchObject({ code: 'conflict' });
});

test('nobody tells of its end: after three looks at every member that answers, it is over', async () => {
  const [labels, startMs] = [labelsOf('Vanished'), before()];
  await fire([peers[0]!], [{ labels, startMs }]);
  await until('firing', async () => (await named('Vanished')).length === 1);
  refusals = Array.from({ length: 100 }, () => 400);
  await fire([peers[0]!], [{ labels, startMs, endMs: Date.now() - 1000 }]);
  await until(
    'its leaving the list',
    async () =>
      !(await alertmanagerSource({ base: peers[0]! }).current({})).some(
        (each) => each.labels.alertname === labels.alertname,
      ),
  );
  // These members have started minutes ago: what a member that has just started does not know is no
  // proof.
  await reconcileSources(epochMs(Date.now()));
  expect((await named('Vanished'))[0]!.resolved_at).toBeNull();
  const later = epochMs(Date.now() + 600_000);
  for (let look = 1; look <= 3; look += 1) {
    expect((await named('Vanished'))[0]!.resolved_at).toBeNull();
    await reconcileSources(epochMs(later + look * 60_000));
    // At once again: the same look.
    if (look < 3) await reconcileSources(epochMs(later + look * 60_000 + 1_000));
  }
  expect(await named('Vanished')).toMatchObject([{ resolved_by: 'reconciliation' }]);
});

test('no member can be asked: what is in doubt is taken to fire', async () => {
  useAlerts(inject('databaseUrl'), {
    ALERT_SOURCES: JSON.stringify([
      {
        name: 'production',
        kind: 'alertmanager',
        tokens: [TOKEN],
        peers: [`http://127.0.0.1:${await freePort()}`],
      },
    ]),
  });
  const startMs = before();
  await delivered([alert('Doubt', 'firing', startMs)]);
  await delivered([alert('Doubt', 'resolved', startMs, { endMs: startMs + 1000 })]);
  await delivered([alert('Doubt', 'firing', startMs)]);
  await reconcileSources();
  expect(await episodes()).toMatchObject([
    { name: 'Doubt', resolved_at: null, doubtful_since: null },
  ]);
});
