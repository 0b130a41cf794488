import { describe, expect, test, vi } from 'vitest';
import { CallBudget } from '@/lib/http/call-budget';
import { OutboundError, type FailureReason } from '@/lib/http/outbound-error';
import { explainPartial } from '@/lib/telemetry/partial-reason';
import { ledgerEntry } from '../contract';
import { SourceLedger } from './source-ledger';

vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1/unused');

const { signal } = new AbortController();
const newLedger = () => new SourceLedger('traces', 'Embedded store', new CallBudget(100));
const answer = (ledger: SourceLedger, ...partial: ReturnType<typeof explainPartial>[]) =>
  ledger.call(signal, async () => ({ data: undefined, partial }));
const fail = (ledger: SourceLedger, reason: FailureReason = 'unavailable', message = 'no answer') =>
  ledger.call(signal, async () => {
    throw new OutboundError(reason, message);
  });
const sentencesOf = (ledger: SourceLedger) =>
  ledger.toEntry().reasons.map(({ sentence }) => sentence);

/** What may have happened to the calls of a source, and what is then true of it. */
const CASES = [
  { calls: [], rows: 0, open: 'searching', closed: 'empty' },
  { calls: ['answered'], rows: 0, open: 'searching', closed: 'empty' },
  { calls: ['answered'], rows: 3, open: 'searching', closed: 'ok' },
  { calls: ['answered', 'failed'], rows: 3, open: 'searching', closed: 'partial' },
  { calls: ['failed', 'answered'], rows: 0, open: 'searching', closed: 'partial' },
  { calls: ['failed'], rows: 0, open: 'failed', closed: 'failed' },
  { calls: ['failed', 'failed'], rows: 0, open: 'failed', closed: 'failed' },
  { calls: ['in part'], rows: 3, open: 'searching', closed: 'partial' },
  { calls: ['in part'], rows: 0, open: 'searching', closed: 'partial' },
  { calls: ['in part', 'failed'], rows: 3, open: 'searching', closed: 'partial' },
] as const;

test.each(CASES)(
  'of $calls calls with $rows rows a source is $open, then $closed',
  async (each) => {
    const ledger = newLedger();
    for (const call of each.calls) {
      if (call === 'answered') await answer(ledger);
      if (call === 'failed') await fail(ledger);
      if (call === 'in part')
        await answer(ledger, explainPartial({ code: 'unreadable_spans', count: 2 }));
    }
    ledger.rows = each.rows;
    expect(ledger.toEntry().state).toBe(each.open);
    expect(ledger.isComplete).toBe(false);
    ledger.close();
    expect(ledger.toEntry().state).toBe(each.closed);
    expect(ledger.isComplete).toBe(each.closed === 'ok' || each.closed === 'empty');
    expect(ledger.hasFailures).toBe(each.calls.some((call) => call === 'failed'));
    expect(() => ledgerEntry.parse(ledger.toEntry())).not.toThrow();
  },
);

describe('the words of a failure', () => {
  test('say that the source is away only where none of its calls was answered', async () => {
    const ledger = newLedger();
    await fail(ledger);
    expect(sentencesOf(ledger)).toEqual(['Embedded store cannot be reached: no answer']);
    await answer(ledger);
    await fail(ledger);
    expect(sentencesOf(ledger)).toEqual([
      'Embedded store answered 1 call, 2 could not reach it: no answer',
    ]);
  });
  test('tell apart how calls failed', async () => {
    const ledger = newLedger();
    for (const reason of ['timeout', 'rate_limited', 'timeout'] as const)
      await fail(ledger, reason, 'slow down');
    for (let call = 0; call < 3; call += 1) await answer(ledger);
    expect(sentencesOf(ledger)).toEqual([
      'Embedded store answered 3 calls, 2 timed out after 5 s',
      'Embedded store answered 3 calls, 1 came too soon after others: slow down',
    ]);
  });
  test('count no call that was not made', async () => {
    const ledger = new SourceLedger('logs', 'Loki', new CallBudget(1));
    ledger.budget.take();
    await ledger.call(signal, async ({ budget }) => {
      budget!.take();
      return { data: undefined, partial: [] };
    });
    expect(sentencesOf(ledger)).toEqual(['Loki was not asked more than 1 times']);
    ledger.close();
    expect(ledger.toEntry().state).toBe('partial');
    expect(ledger.hasFailures).toBe(false);
  });
});

test('times that cannot be true are noted, and the answer is whole all the same', async () => {
  const ledger = newLedger();
  await answer(ledger);
  ledger.rows = 4;
  ledger.addReason({ code: 'implausible_times', rows: 'spans', count: 1 });
  ledger.close();
  expect(ledger.isComplete).toBe(true);
  expect(ledger.toEntry()).toMatchObject({
    state: 'ok',
    reasons: [{ code: 'implausible_times', count: 1 }],
  });
});

test('a source that was not asked says why', () => {
  const ledger = newLedger();
  ledger.skip({ code: 'no_metrics_source' });
  ledger.close();
  expect(ledger.toEntry()).toMatchObject({
    state: 'skipped',
    reasons: [{ code: 'no_metrics_source' }],
  });
});
