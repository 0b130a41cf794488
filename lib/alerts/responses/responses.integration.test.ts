import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Principal } from '@/lib/auth/authorize';
import { saveUser } from '@/lib/auth/repository';
import { alertPool } from '@/lib/db/pool';
import { makeJobsDue, storedJobs } from '@/lib/jobs/jobs.fixture';
import { listening, type Listening } from '@/lib/http/listening.fixture';
import { acknowledge, addNote, endAcknowledgement, recordFix } from './acknowledgements';
import {
  alert,
  clearAlerts,
  delivered,
  endAlerts,
  episodes,
  eventKinds,
  message,
  post,
  runAlertJobs,
  useAlerts,
} from '../intake/alerts.fixture';
import { loadEpisode, loadEpisodes } from '../episodes/load-episodes';
import { loadHeartbeat } from '../intake/heartbeat';
import { alertStream, listenForChanges } from '../episodes/live';
import { minutesUntilEscalation, notifyJob } from '../notifications/escalation';
import { testChannel } from '../notifications/test-channel';
import { expiredAcknowledgements } from './acknowledgement-store';
import { resolveEpisode } from './resolve-episode';
import { reconcileSources } from '../intake/reconcile';
import { processDeliveries } from '../intake/process-deliveries';
import { acknowledgeBody, listQuery, resolveBody } from '../contract';

const ann: Principal = { kind: 'user', id: randomUUID(), name: 'first', role: 'responder' };
const T = Date.now() - 600_000;
let told: { path: string; body: string; key: string | undefined }[] = [];
let answers: number[] = [];
let chat: Listening;

beforeAll(async () => {
  chat = await listening((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      told.push({
        path: request.url!,
        body: Buffer.concat(chunks).toString(),
        key: request.headers['idempotency-key'] as string,
      });
      response.writeHead(answers.shift() ?? 200).end('ok');
    });
  });
  useAlerts(inject('databaseUrl'), {
    PUBLIC_URL: 'http://127.0.0.1:3000',
    ESCALATE_AFTER_MINUTES: 'critical=0,warning=30',
    ALERT_CHANNELS: JSON.stringify([
      { name: 'chat', kind: 'slack', url: `${chat.url}/services/T0/B0/secret` },
      { name: 'hook', kind: 'webhook', url: `${chat.url}/hook?team=a` },
    ]),
  });
  await saveUser('second', 'no password', 'responder');
  await saveUser('looks-only', 'no password', 'viewer');
});
beforeEach(async () => {
  await clearAlerts();
  told = [];
  answers = [];
});
afterAll(async () => {
  await chat.close();
  await endAlerts();
});

const body = (more: object = {}) =>
  acknowledgeBody.parse({ idempotencyKey: randomUUID(), ...more });
const firing = async (name = 'Pager', more: Parameters<typeof alert>[3] = {}) => {
  await delivered([alert(name, 'firing', T, more)]);
  return (await episodes()).find((each) => each.name === name)!.id;
};

describe('acknowledging', () => {
  test('says who, until when and why, and the list has it after what needs somebody', async () => {
    const id = await firing();
    await firing('Other');
    await acknowledge(ann, [id], body({ note: 'looking' }));
    const { episodes: rows, counts } = await loadEpisodes(listQuery.parse({}));
    expect(rows.map(({ name, state }) => [name, state])).toEqual([
      ['Other', 'firing'],
      ['Pager', 'acknowledged'],
    ]);
    expect(counts).toMatchObject({ firing: 2, unacknowledged: 1 });
    expect(rows[1]!.acknowledgement).toMatchObject({
      actor: 'first',
      owner: 'first',
      note: 'looking',
    });
    const hours = (Date.parse(rows[1]!.acknowledgement!.expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(3.9);
    expect(hours).toBeLessThan(4.1);
  });
  test('the same call twice is one acknowledgement, also at the same time', async () => {
    const id = await firing();
    const same = body({ note: 'once' });
    await Promise.all([
      acknowledge(ann, [id], same),
      acknowledge(ann, [id], same),
      acknowledge(ann, [id], same),
    ]);
    expect((await eventKinds(id)).filter((kind) => kind === 'acknowledged')).toHaveLength(1);
  });
  test('handed to somebody who may answer, and to nobody else', async () => {
    const id = await firing();
    for (const owner of ['looks-only', 'nobody'])
      await expect(acknowledge(ann, [id], body({ owner }))).rejects.toMatchObject({
        code: 'invalid_input',
      });
    await acknowledge(ann, [id], body({ owner: 'second' }));
    expect((await loadEpisode(id)).acknowledgement).toMatchObject({
      actor: 'first',
      owner: 'second',
    });
    expect(await eventKinds(id)).toEqual(['fired', 'handed_over']);
  });
  test('many at once are those that were named; who joins their group later is not', async () => {
    const group = { groupKey: '{}:{alertname="Many"}' };
    await delivered(
      [
        alert('Many', 'firing', T, { fingerprint: 'm1' }),
        alert('Many', 'firing', T, { fingerprint: 'm2' }),
      ],
      group,
    );
    const ids = (await episodes()).map(({ id }) => id);
    await acknowledge(ann, ids, body());
    await delivered([alert('Many', 'firing', T + 1000, { fingerprint: 'm3' })], group);
    expect((await loadEpisodes(listQuery.parse({}))).counts).toMatchObject({
      firing: 3,
      unacknowledged: 1,
    });
  });
  test('taken back and expired, it needs somebody again; both are on the timeline', async () => {
    const id = await firing();
    await acknowledge(ann, [id], body());
    await endAcknowledgement([id], 'withdrawn', ann.name);
    await endAcknowledgement([id], 'withdrawn', ann.name);
    await acknowledge(ann, [id], body());
    await alertPool().query(
      `UPDATE alert_acknowledgements SET expires_at = now() - interval '1 second' WHERE ended_at IS NULL`,
    );
    await endAcknowledgement(await expiredAcknowledgements(), 'expired', null);
    expect(await eventKinds(id)).toEqual([
      'fired',
      'acknowledged',
      'acknowledgement_withdrawn',
      'acknowledged',
      'acknowledgement_expired',
    ]);
    expect((await loadEpisode(id)).state).toBe('firing');
  });
  test('what has resolved cannot be acknowledged; what fixed it is there when it comes back', async () => {
    const id = await firing();
    await expect(recordFix(ann, id, 'too early')).rejects.toMatchObject({ code: 'conflict' });
    await delivered([alert('Pager', 'resolved', T, { endMs: T + 60_000 })]);
    await expect(acknowledge(ann, [id], body())).rejects.toMatchObject({ code: 'conflict' });
    await recordFix(ann, id, 'restocked B-2');
    await delivered([alert('Pager', 'firing', T + 120_000)]);
    const [, again] = await episodes();
    expect((await loadEpisode(again!.id)).before).toMatchObject([{ id, fix: 'restocked B-2' }]);
  });
  test('an acknowledgement of one episode does not reach the next', async () => {
    const id = await firing();
    await acknowledge(ann, [id], body());
    await delivered([alert('Pager', 'resolved', T, { endMs: T + 60_000 })]);
    await delivered([alert('Pager', 'firing', T + 120_000)]);
    expect((await loadEpisodes(listQuery.parse({}))).episodes).toMatchObject([
      { state: 'firing', acknowledgement: null },
    ]);
  });
  test('notes are on the timeline with their author', async () => {
    const id = await firing();
    await addNote(ann, id, 'it is the <b>cache</b>');
    expect((await loadEpisode(id)).timeline[0]).toMatchObject({
      kind: 'note_added',
      actor: 'first',
      detail: { text: 'it is the <b>cache</b>' },
    });
    await expect(addNote(ann, randomUUID(), 'x')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('silencing', () => {
  test('is refused where nothing can be silenced, and nothing is acknowledged', async () => {
    const id = await firing();
    await expect(acknowledge(ann, [id], body({ silence: true }))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('No member of production is configured') as string,
    });
    expect(await loadEpisode(id)).toMatchObject({
      state: 'firing',
      silence: 'no_peers',
      acknowledgementScope: expect.stringContaining('nothing can be silenced') as string,
    });
  });
  test('of many, those that cannot be are acknowledged without, and their timelines say so', async () => {
    const ids = [await firing(), await firing('Other')];
    const results = await acknowledge(ann, ids, body({ silence: true }));
    expect(results.map(({ silence }) => silence)).toEqual(['not_possible', 'not_possible']);
    for (const id of ids) {
      const { acknowledgement, timeline } = await loadEpisode(id);
      expect(acknowledgement).toMatchObject({ silenced: 'no', silenceFailure: null });
      expect(timeline).toContainEqual(
        expect.objectContaining({ kind: 'silence_not_possible', detail: { ability: 'no_peers' } }),
      );
    }
  });
});

describe('resolving by hand', () => {
  const words = (more: object = {}) =>
    resolveBody.parse({ idempotencyKey: randomUUID(), note: 'the sender is gone', ...more });
  const grafana = { authorization: 'Bearer grafana-token-of-tests' };
  const report = async (startMs: number, annotations = {}) => {
    const firings = [alert('Forever', 'firing', startMs, { annotations })];
    await post('grafana', message(firings), grafana);
    await processDeliveries();
  };
  const open = async () => {
    await report(T);
    return (await episodes())[0]!.id;
  };

  test('ends an episode, says who and why, and nobody is told of it any more', async () => {
    const id = await open();
    expect(await loadEpisode(id)).toMatchObject({ state: 'firing', resolution: 'possible' });
    const { resolvedAt } = await resolveEpisode(ann, id, words());
    const episode = await loadEpisode(id);
    expect(episode).toMatchObject({
      state: 'resolved',
      resolvedAt,
      resolvedBy: 'person',
      resolution: 'resolved',
    });
    expect(episode.timeline[0]).toMatchObject({
      kind: 'resolved',
      actor: 'first',
      detail: { by: 'person', note: 'the sender is gone' },
    });
    await runAlertJobs();
    expect(told).toEqual([]);
  });
  test('the same call twice, also at the same time, is one resolution; another one is late', async () => {
    const id = await open();
    const same = words();
    const answers = await Promise.all(
      [same, same, same].map((each) => resolveEpisode(ann, id, each)),
    );
    expect(new Set(answers.map(({ episodeId }) => episodeId))).toEqual(new Set([id]));
    expect((await eventKinds(id)).filter((kind) => kind === 'resolved')).toHaveLength(1);
    await expect(resolveEpisode(ann, id, words())).rejects.toMatchObject({ code: 'conflict' });
  });
  test('reported again by a source that cannot be asked, it fires again; a later one is new', async () => {
    const id = await open();
    await resolveEpisode(ann, id, words());
    await report(T);
    await reconcileSources();
    expect(await loadEpisode(id)).toMatchObject({ state: 'firing', resolvedBy: null });
    await resolveEpisode(ann, id, words());
    await report(Date.now() + 60_000);
    const [, later] = await episodes();
    expect(later).toMatchObject({ resolved_at: null });
    // Whoever sees the alert next reads how it ended.
    expect((await loadEpisode(later!.id)).before).toMatchObject([
      { id, resolvedByPerson: 'first', notes: ['the sender is gone'] },
    ]);
  });
  test('is possible where the source is not configured any more', async () => {
    await open();
    await alertPool().query(`UPDATE alert_series SET source = 'former'`);
    const { id } = (await episodes())[0]!;
    expect(await loadEpisode(id)).toMatchObject({ resolution: 'possible', silence: 'source_gone' });
    await resolveEpisode(ann, id, words());
    expect(await loadEpisode(id)).toMatchObject({ state: 'resolved' });
  });
  test('of an unknown episode is not found', async () => {
    await expect(resolveEpisode(ann, randomUUID(), words())).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the list', () => {
  test('is filtered by state, severity, service and any text; wild cards are text', async () => {
    await firing('Disk', { labels: { severity: 'warning', service: 'db' } });
    await firing('Cpu', { labels: { service: 'web' }, annotations: { summary: '100% busy' } });
    const names = async (query: object) =>
      (await loadEpisodes(listQuery.parse(query))).episodes.map(({ name }) => name);
    expect(await names({})).toEqual(['Cpu', 'Disk']);
    expect(await names({ severity: 'warning' })).toEqual(['Disk']);
    expect(await names({ service: 'web' })).toEqual(['Cpu']);
    expect(await names({ q: '100%' })).toEqual(['Cpu']);
    expect(await names({ q: '1_0' })).toEqual([]);
    expect(await names({ state: 'resolved' })).toEqual([]);
  });
  test('severities as teams write them are sorted and filtered by rank, and kept as they came', async () => {
    const words = ['info', 'purple', 'Warning', 'high', 'P1', 'sev-1', 'FATAL', 'disaster', 'low'];
    const named = words.map((severity) =>
      alert(severity, 'firing', T, { labels: { severity }, fingerprint: severity }),
    );
    await delivered([...named, alert('absent', 'firing', T, { labels: { severity: '' } })]);
    const list = async (query: object) =>
      (await loadEpisodes(listQuery.parse(query))).episodes.map(
        ({ severity, severityText, severityRank }) => [severity, severityText, severityRank],
      );
    const all = await list({});
    expect(all.map(([, , rank]) => rank)).toEqual([
      ...Array.from({ length: 4 }, () => 'critical'),
      'error',
      'warning',
      'unknown',
      'info',
      'info',
      'none',
    ]);
    expect(all).toContainEqual(['p1', 'P1', 'critical']);
    expect(all).toContainEqual(['none', 'none', 'none']);
    const texts = async (severity: string) =>
      (await list({ severity })).map(([, text]) => text).toSorted();
    expect(await texts('critical')).toEqual(['FATAL', 'P1', 'disaster', 'sev-1']);
    expect(await texts('unknown')).toEqual(['purple']);
    expect(await texts('P1')).toEqual(['P1']);
  });
});

describe('telling others', () => {
  const due = async () => {
    await makeJobsDue(notifyJob.name);
    await alertPool().query(`UPDATE alert_channels SET probe_at = now() - interval '1 minute'`);
  };
  const drain = () => runAlertJobs();

  test('unacknowledged for its minutes, every channel is told once, without what a label injects', async () => {
    const id = await firing('Pager', {
      annotations: { summary: '<!channel> & <https://evil.example|click>' },
    });
    await drain();
    expect(told.map(({ path }) => path).sort()).toEqual(['/hook?team=a', '/services/T0/B0/secret']);
    const slack = (
      JSON.parse(told.find(({ path }) => path.startsWith('/services'))!.body) as { text: string }
    ).text;
    expect(slack).toContain(`<http://127.0.0.1:3000/alerts/${id}|Open it>`);
    expect(slack).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;');
    expect(JSON.parse(told.find(({ path }) => path.startsWith('/hook'))!.body)).toMatchObject({
      version: 1,
      kind: 'unacknowledged',
      name: 'Pager',
      severity: 'critical',
      service: 'checkout',
      url: `http://127.0.0.1:3000/alerts/${id}`,
    });
    await drain();
    expect(told).toHaveLength(2);
    expect((await eventKinds(id)).filter((kind) => kind === 'notified')).toHaveLength(2);
  });
  test('a severity is told as its rank is: P1 as critical, an error no later than a warning', () => {
    expect(
      ['P1', 'sev-0', 'high', 'warning', 'purple', 'info'].map(minutesUntilEscalation),
    ).toEqual([0, 0, 30, 30, undefined, undefined]);
  });
  test('acknowledged or resolved in time, nobody is told', async () => {
    const id = await firing();
    await acknowledge(ann, [id], body());
    await drain();
    await firing('Gone');
    await delivered([alert('Gone', 'resolved', T, { endMs: T + 1000 })]);
    await drain();
    expect(told).toEqual([]);
  });
  test('a channel that fails is tried later each time until it takes it, as the timeline says', async () => {
    answers = [500, 503, 503, 500, 200, 200];
    const id = await firing();
    for (let round = 0; round < 4; round += 1) {
      await drain();
      await due();
    }
    await drain();
    expect(told).toHaveLength(6);
    expect(new Set(told.map(({ key }) => key)).size).toBe(2);
    expect(
      (await eventKinds(id))
        .filter((kind) => kind !== 'fired' && kind !== 'evidence_captured')
        .sort(),
    ).toEqual(['notification_failed', 'notification_failed', 'notified', 'notified']);
  });
  test('while nobody has it, telling others is never given up, and that it is overdue is said', async () => {
    answers = Array.from({ length: 40 }, () => 500);
    const id = await firing();
    for (let round = 0; round < 13; round += 1) {
      await due();
      await drain();
    }
    // Attempts, not what arrived: a connection that was kept may break under one.
    expect((await storedJobs(notifyJob.name)).map(({ failures }) => failures)).toEqual([13, 13]);
    const tellings = told.length;
    expect(tellings).toBeGreaterThan(20);
    expect((await loadHeartbeat()).sentences).toContain('2 notifications are overdue.');
    await acknowledge(ann, [id], body());
    await due();
    await drain();
    expect(told).toHaveLength(tellings);
  });
  test('two workers at once send no notice twice', async () => {
    await firing();
    await Promise.all([runAlertJobs(), runAlertJobs(), runAlertJobs()]);
    expect(told).toHaveLength(2);
  });
  test('the test button sends at once, and says what the other side said', async () => {
    await testChannel('chat');
    expect(told).toHaveLength(1);
    answers = [404];
    await expect(testChannel('hook')).rejects.toMatchObject({
      code: 'unavailable',
      message: 'hook did not take it: ok.',
    });
    await expect(testChannel('nobody')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('live', () => {
  test('what one replica changes, all hear, and a storm is one word', async () => {
    const stop = new AbortController();
    const response = alertStream(stop.signal);
    const reader = response.body!.getReader();
    let text = '';
    const reading = (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read())
        text += new TextDecoder().decode(part.value);
    })();
    const heard = new Promise<void>((done) => listenForChanges('throughline_alerts', done));
    await heard;
    await new Promise((done) => setTimeout(done, 400));
    text = '';
    for (let count = 0; count < 20; count += 1)
      await alertPool().query(`SELECT pg_notify('throughline_alerts', '')`);
    await new Promise((done) => setTimeout(done, 600));
    stop.abort();
    await reading;
    expect(text.match(/event: changed/g)!.length).toBeLessThanOrEqual(3);
    expect(text).toContain('event: changed');
  });
  test('a connection that was cut is made again, and the change is told then', async () => {
    let times = 0;
    const unlisten = listenForChanges('throughline_alerts', () => (times += 1));
    await alertPool().query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'throughline-listen'`,
    );
    for (let waited = 0; times === 0 && waited < 100; waited += 1)
      await new Promise((done) => setTimeout(done, 100));
    unlisten();
    expect(times).toBeGreaterThan(0);
  });
});
