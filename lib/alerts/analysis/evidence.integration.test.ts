import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Principal } from '@/lib/auth/authorize';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { alertPool, readPool, writePool } from '@/lib/db/pool';
import { makeJobsDue } from '@/lib/jobs/jobs.fixture';
import { acknowledge, endAcknowledgement } from '../responses/acknowledgements';
import {
  alert,
  clearAlerts,
  delivered,
  endAlerts,
  episodes,
  eventKinds,
  useAlerts,
  runAlertJobs,
} from '../intake/alerts.fixture';
import { captureJob } from './capture-jobs';
import { captureEvidence, captureRequest } from './evidence';
import { findNewSignatures, updateStillFailing } from './recurrence';
import { measureImpact } from './impact';
import { loadRequestPage } from '@/lib/pages/request';
import { loadEpisode } from '../episodes/load-episodes';
import { loadAffectedRequests } from './load-affected-requests';
import { failing, forgetTelemetry } from './sample-requests.fixture';
import { acknowledgeBody } from '../contract';

const person: Principal = { kind: 'user', id: randomUUID(), name: 'oncall', role: 'responder' };
const none = new AbortController().signal;

beforeAll(() => useAlerts(inject('databaseUrl')));
beforeEach(async () => {
  await clearAlerts();
  await forgetTelemetry();
});
afterAll(async () => {
  await Promise.all([readPool().end(), writePool().end()]);
  await endAlerts();
});

const fire = async (service = 'inventory') => {
  await delivered([alert('Errors', 'firing', Date.now() - 60_000, { labels: { service } })]);
  return (await episodes()).at(-1)!.id;
};
const drain = () => runAlertJobs();

test('a request kept at the first firing opens as it was after its sources have forgotten it', async () => {
  const id = await failing('inventory', 'StockConflictError', 90_000);
  await failing('payments', 'CardRefused', 90_000);
  const episode = await fire();
  await drain();
  const view = await loadEpisode(episode);
  expect(view.evidence).toMatchObject([
    {
      reason: 'fired',
      requests: [
        {
          correlationId: id,
          sentence:
            'Failed: edge answered 502 because inventory reserve threw StockConflictError: no.',
        },
      ],
      excerpts: [{ service: 'inventory', body: 'StockConflictError: no' }],
    },
  ]);
  expect(view.signatures).toEqual(['inventory · reserve · StockConflictError']);
  expect(await eventKinds(episode)).toEqual(['fired', 'evidence_captured']);

  const live = await loadRequestPage(id, {});
  expect(live.view.evidence).toBeNull();
  expect(live.view.episodes).toMatchObject([
    { id: episode, name: 'Errors', state: 'firing', owner: null },
  ]);
  await forgetTelemetry();
  const frozen = await loadRequestPage(id, {});
  expect(frozen.view).toMatchObject({
    spanCount: 2,
    logCount: 1,
    complete: true,
    revision: live.view.revision,
    evidence: { id: view.evidence[0]!.id },
  });
  expect(frozen.view.verdict.sentence).toEqual(live.view.verdict.sentence);
  expect(frozen.request.tree.nodes.map(({ span: each }) => each)).toEqual(
    live.request.tree.nodes.map(({ span: each }) => each),
  );
  await expect(loadRequestPage(id, { evidence: randomUUID() })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a request can be frozen because somebody asks, and only if there is one', async () => {
  const id = await failing('inventory', 'StockConflictError', 30_000);
  const { evidence } = await captureRequest(id, 'oncall', none);
  await forgetTelemetry();
  expect((await loadRequestPage(id, { evidence })).view.evidence).toMatchObject({
    id: evidence,
  });
  await expect(
    captureRequest(asCorrelationId('nobody-sent-this-one')!, 'oncall', none),
  ).rejects.toMatchObject({ code: 'not_found' });
});

test('episodes of one service share a capture within five minutes', async () => {
  await failing('inventory', 'StockConflictError', 30_000);
  await delivered(
    ['A', 'B', 'C'].map((name) =>
      alert(name, 'firing', Date.now() - 60_000, { labels: { service: 'inventory' } }),
    ),
  );
  await drain();
  const views = await Promise.all((await episodes()).map(({ id }) => loadEpisode(id)));
  expect(new Set(views.flatMap(({ evidence }) => evidence.map(({ id }) => id))).size).toBe(1);
  expect(views.every(({ evidence }) => evidence.length === 1)).toBe(true);
  // One that begins a little later has no capture of its own, but has theirs.
  await delivered([alert('Later', 'firing', Date.now(), { labels: { service: 'inventory' } })]);
  await drain();
  const later = await loadEpisode((await episodes()).find(({ name }) => name === 'Later')!.id);
  expect(later.evidence.map(({ id }) => id)).toEqual(views[0]!.evidence.map(({ id }) => id));
  expect(later.signatures).toEqual(views[0]!.signatures);
  // Its own comes with the next five minutes.
  await alertPool().query(
    `UPDATE alert_evidence SET captured_at = captured_at - interval '5 minutes'`,
  );
  await makeJobsDue(captureJob.name);
  await drain();
  expect((await loadEpisode(later.id)).evidence).toHaveLength(2);
});

test('a rare failure is not buried under a frequent one', async () => {
  for (let count = 0; count < 30; count += 1)
    await failing('inventory', 'StockConflictError', 30_000);
  const rare = await failing('inventory', 'DatabaseError', 40_000);
  const episode = await fire();
  await captureEvidence('inventory', 'asked');
  const [evidence] = (await loadEpisode(episode)).evidence;
  expect(evidence!.requests.map(({ correlationId }) => correlationId)).toContain(rare);
  expect(evidence!.requests.length).toBeLessThanOrEqual(24);
});

test('hurt requests are those in which the service failed, by signature, counted from before it fired', async () => {
  await failing('inventory', 'StockConflictError', 200_000);
  await failing('inventory', 'StockConflictError', 30_000);
  await failing('inventory', 'DatabaseError', 30_000);
  await failing('payments', 'CardRefused', 30_000);
  const hurt = await loadAffectedRequests(await fire(), none);
  expect(hurt.signatures.map(({ signature, count }) => [signature, count])).toEqual([
    ['inventory · reserve · StockConflictError', 2],
    ['inventory · reserve · DatabaseError', 1],
  ]);
  expect(Date.parse(hurt.since)).toBeLessThan(Date.now() - 300_000);
});

test('an alert that names no service says so, and impact that cannot be measured is unknown, not zero', async () => {
  await delivered([
    { ...alert('Bare', 'firing', Date.now() - 60_000), labels: { alertname: 'Bare' } },
  ]);
  await fire();
  await measureImpact();
  const [bare, errors] = (await episodes()).sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(await loadAffectedRequests(bare!.id, none)).toMatchObject({
    failed: 'No label of this alert names a service, so no requests can be matched.',
  });
  expect((await loadEpisode(errors!.id)).impact).toMatchObject({
    failed: null,
    total: null,
    unknown: 'no metrics source is configured',
  });
});

test('only a failure that was not there when it was acknowledged breaks the acknowledgement', async () => {
  await failing('inventory', 'StockConflictError', 90_000);
  const episode = await fire();
  await drain();
  await acknowledge(person, [episode], acknowledgeBody.parse({ idempotencyKey: randomUUID() }));
  await alertPool().query(
    `UPDATE alert_acknowledgements SET created_at = now() - interval '2 minutes'`,
  );
  // There when it was acknowledged, though nothing captured it: no new one.
  for (const ago of [150_000, 100_000, 90_000, 80_000]) await failing('inventory', 'Unseen', ago);
  for (let count = 0; count < 5; count += 1)
    await failing('inventory', 'StockConflictError', 10_000);
  for (let count = 0; count < 2; count += 1) await failing('inventory', 'DatabaseError', 10_000);
  expect(await findNewSignatures()).toEqual([]);
  await failing('inventory', 'DatabaseError', 10_000);
  const found = await findNewSignatures();
  expect(found).toEqual([
    { episodeId: episode, signature: 'inventory · reserve · DatabaseError', count: 3 },
  ]);
  await endAcknowledgement([episode], 'new_signature', null, {
    signature: found[0]!.signature,
    requests: 3,
  });
  expect((await loadEpisode(episode)).state).toBe('firing');
  expect((await eventKinds(episode)).at(-1)).toBe('acknowledgement_broken');
});

test('after it resolved, the same failure going on is counted', async () => {
  await failing('inventory', 'StockConflictError', 90_000);
  const episode = await fire();
  await drain();
  await delivered([
    alert('Errors', 'resolved', Date.now() - 300_000, {
      endMs: Date.now() - 180_000,
      labels: { service: 'inventory' },
    }),
  ]);
  await alertPool().query(
    `UPDATE alert_episodes SET resolved_at = now() - interval '3 minutes', resolved_by = 'source' WHERE id = $1`,
    [episode],
  );
  await failing('inventory', 'StockConflictError', 20_000);
  await failing('inventory', 'Other', 20_000);
  await updateStillFailing();
  // The one of before its end, and one since: only what came a minute after the end counts.
  expect((await loadEpisode(episode)).stillFailing).toBe(2);
});

test('the same failure later: what it was last time stands beside it', async () => {
  await failing('inventory', 'StockConflictError', 90_000);
  const first = await fire();
  await drain();
  await delivered([
    alert('Errors', 'resolved', Date.now() - 120_000, {
      endMs: Date.now() - 1_000,
      labels: { service: 'inventory' },
    }),
  ]);
  await delivered([alert('Another', 'firing', Date.now(), { labels: { service: 'inventory' } })]);
  await captureEvidence('inventory', 'asked');
  const another = (await episodes()).find(({ name }) => name === 'Another')!;
  expect((await loadEpisode(another.id)).before).toMatchObject([{ id: first, same: 'signature' }]);
});
