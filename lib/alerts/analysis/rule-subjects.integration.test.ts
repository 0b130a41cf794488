import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Principal } from '@/lib/auth/authorize';
import { alertPool, readPool, writePool } from '@/lib/db/pool';
import { HOUR_MS } from '@/lib/time/units';
import { acknowledgeBody } from '../contract';
import { loadEpisode } from '../episodes/load-episodes';
import {
  alert,
  clearAlerts,
  delivered,
  endAlerts,
  episodes,
  runAlertJobs,
  useAlerts,
} from '../intake/alerts.fixture';
import { acknowledge } from '../responses/acknowledgements';
import { measureImpact } from './impact';
import { loadAffectedRequests } from './load-affected-requests';
import { loadChanges } from './load-changes';
import { findNewSignatures, updateStillFailing } from './recurrence';
import { failing, forgetTelemetry, rollout, succeeding } from './sample-requests.fixture';

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

async function fire(
  name: string,
  annotations: Record<string, string>,
  { service = 'inventory', agoMs = 60_000 } = {},
): Promise<string> {
  const fingerprint = `${name}-${agoMs}`;
  await delivered([
    alert(name, 'firing', Date.now() - agoMs, { labels: { service }, annotations, fingerprint }),
  ]);
  return (await episodes()).filter((each) => each.name === name).at(-1)!.id;
}

async function resolve(id: string, agoMs: number): Promise<void> {
  await alertPool().query(
    `UPDATE alert_episodes
        SET resolved_at = now() - make_interval(secs => $2),
            resolved_by = 'source'
      WHERE id = $1`,
    [id, agoMs / 1000],
  );
}

const signaturesOf = async (id: string) =>
  (await loadAffectedRequests(id, none)).signatures.map(({ signature, count }) => [
    signature,
    count,
  ]);

describe('an alert counts what its rule counts', () => {
  const SLOW = { portal_impact: 'slow_requests', portal_threshold: '1s' };

  test('slow requests beyond the threshold are listed, kept with their verdicts, and led by what was slow', async () => {
    for (let count = 0; count < 30; count += 1) await succeeding('payments', 25, 40 * 60_000);
    const slow = await succeeding('payments', 2_000, 50_000);
    await succeeding('payments', 2_100, 40_000);
    await succeeding('payments', 30, 30_000);
    await failing('payments', 'CardRefused', 30_000);
    const id = await fire('Slow', SLOW, { service: 'payments' });
    await runAlertJobs();
    await measureImpact();
    expect(await signaturesOf(id)).toEqual([['edge · POST /checkout · slow', 2]]);
    const view = await loadEpisode(id);
    expect(view.subject).toEqual({ kind: 'slow_requests', thresholdMs: 1_000, quantile: null });
    const kept = view.evidence[0]!.requests;
    expect(kept.map(({ correlationId }) => correlationId)).toContain(slow);
    expect(kept).toHaveLength(2);
    // Without metrics nobody knows what is usual, so the verdict tells how long it took.
    for (const { sentence } of kept) expect(sentence).toMatch(/^Succeeded in 2\.\d+ s\.$/);
    expect(view.leadingSignature).toBe('edge · POST /checkout · slow');
    expect(view.impact?.subject.kind).toBe('slow_requests');
  });
  test('an alert that counts otherwise is captured at once, however lately its service was', async () => {
    await failing('payments', 'CardRefused', 50_000);
    await succeeding('payments', 2_000, 40_000);
    await fire('Errors', { portal_impact: 'failures' }, { service: 'payments' });
    await runAlertJobs();
    const slow = await fire('Slow', SLOW, { service: 'payments', agoMs: 20_000 });
    await runAlertJobs();
    const { evidence, leadingSignature } = await loadEpisode(slow);
    // What was captured for the alert about failures is no evidence of slowness.
    expect(evidence).toHaveLength(1);
    expect(leadingSignature).toBe('edge · POST /checkout · slow');
  });
  test('an alert about infrastructure counts no requests', async () => {
    await failing('inventory', 'DatabaseError', 30_000);
    const id = await fire('Cpu', { portal_impact: 'infrastructure' });
    expect(await loadAffectedRequests(id, none)).toMatchObject({
      subject: { kind: 'infrastructure' },
      signatures: [],
      failed: null,
    });
  });
  test('missing calls: the requests that came by meanwhile, whatever became of them', async () => {
    await succeeding('checkout', 20, 30_000);
    const id = await fire('Gone', { portal_impact: 'missing_calls' }, { service: 'checkout' });
    expect(await signaturesOf(id)).toEqual([['edge · POST /checkout · call missing', 1]]);
  });
  test('missing calls: kept are those that have waited, not those of the last minute', async () => {
    const waited = await succeeding('checkout', 20, 70_000);
    await succeeding('checkout', 20, 10_000);
    const id = await fire('Gone', { portal_impact: 'missing_calls' }, { service: 'checkout' });
    await runAlertJobs();
    const { evidence } = await loadEpisode(id);
    expect(evidence.flatMap(({ requests }) => requests)).toMatchObject([{ correlationId: waited }]);
  });
  test('a rule that cannot be read shows what is slow and what fails, and says that it cannot', async () => {
    for (let count = 0; count < 30; count += 1) await succeeding('inventory', 25, 60_000);
    await succeeding('inventory', 3_000, 50_000);
    await failing('inventory', 'DatabaseError', 30_000);
    const id = await fire('Mystery', {});
    expect(await loadAffectedRequests(id, none)).toMatchObject({ subject: { kind: 'unreadable' } });
    expect(await signaturesOf(id)).toEqual([
      ['inventory · reserve · DatabaseError', 1],
      ['edge · POST /checkout · slow', 1],
    ]);
  });
  test('the expression in the link of an alert is read where no Prometheus lists its rule', async () => {
    const expression =
      'histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 2';
    const generatorURL = `http://prometheus:9090/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1`;
    await delivered([
      { ...alert('Linked', 'firing', Date.now() - 60_000), generatorURL } as ReturnType<
        typeof alert
      >,
    ]);
    const [episode] = await episodes();
    expect((await loadAffectedRequests(episode!.id, none)).subject).toEqual({
      kind: 'slow_requests',
      thresholdMs: 2_000,
      quantile: 0.95,
    });
  });
});

describe('the signature that leads, against its usual rate', () => {
  const FAILURES = { portal_impact: 'failures' };
  /** One every five minutes in the hour before, as always. */
  async function usualConflicts(): Promise<void> {
    for (let minute = 20; minute < 75; minute += 5)
      await failing('inventory', 'StockConflictError', minute * 60_000);
  }

  test('one usual failure of another episode is not the same failure before', async () => {
    await usualConflicts();
    await failing('inventory', 'DatabaseError', 100_000);
    await failing('inventory', 'DatabaseError', 95_000);
    await failing('inventory', 'StockConflictError', 90_000);
    const first = await fire('Errors', FAILURES, { agoMs: 80_000 });
    await measureImpact();
    expect((await loadEpisode(first)).leadingSignature).toBe('inventory · reserve · DatabaseError');
    await resolve(first, 70_000);
    await forgetTelemetry();
    await usualConflicts();
    await failing('inventory', 'StockConflictError', 50_000);
    const stranger = await fire('Conflicts', FAILURES, { agoMs: 40_000 });
    await measureImpact();
    expect((await loadEpisode(stranger)).before).toEqual([]);
  });
  test('the same failure before names its alert', async () => {
    await failing('inventory', 'DatabaseError', 100_000);
    const first = await fire('Errors', FAILURES, { agoMs: 80_000 });
    await measureImpact();
    await resolve(first, 70_000);
    const second = await fire('Burst', FAILURES, { agoMs: 60_000 });
    await measureImpact();
    expect((await loadEpisode(second)).before).toMatchObject([
      { id: first, name: 'Errors', service: 'inventory', same: 'signature' },
    ]);
  });
  test('a failure that comes as often as usual neither goes on nor breaks an acknowledgement', async () => {
    for (let count = 0; count < 60; count += 1)
      await failing('inventory', 'StockConflictError', HOUR_MS - count * 50_000);
    for (let count = 0; count < 6; count += 1) await failing('inventory', 'Unseen', 30_000);
    const id = await fire('Errors', FAILURES, { agoMs: 20 * 60_000 });
    await measureImpact();
    await acknowledge(person, [id], acknowledgeBody.parse({ idempotencyKey: randomUUID() }));
    for (let count = 0; count < 100; count += 1) await failing('inventory', 'Unseen', 20_000);
    for (let count = 0; count < 5; count += 1) await failing('inventory', 'Rare', 20_000);
    // Five of a hundred and more do not lead.
    expect(await findNewSignatures()).toEqual([]);
    await alertPool().query(
      `UPDATE alert_episodes
          SET leading_signature = 'inventory · reserve · StockConflictError'
        WHERE id = $1`,
      [id],
    );
    await resolve(id, 10 * 60_000);
    await updateStillFailing();
    expect((await loadEpisode(id)).stillFailing).toBe(0);
  });
});

test('changes before an episode are also those of the service where its failure begins', async () => {
  await rollout('inventory', 5 * 60_000);
  await rollout('bystander', 5 * 60_000);
  await failing('inventory', 'DatabaseError', 90_000);
  const id = await fire('EdgeErrors', { portal_impact: 'failures' }, { service: 'edge' });
  await measureImpact();
  const { services, changes } = await loadChanges(id, none);
  expect(services).toEqual(['edge', 'inventory']);
  expect(changes.map(({ object }) => object)).toEqual(['Deployment inventory']);
});
