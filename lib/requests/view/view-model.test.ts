import { describe, expect, test } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import type { Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import { exception, span } from '../correlation/spans.fixture';
import { buildView } from './view-model';

const view = (spans: Span[], missing: ReadonlySet<number> = new Set()) =>
  buildView({
    id: asCorrelationId('order-2026-1122')!,
    request: correlate(spans, []),
    verdict: {
      state: 'unknown',
      sentence: [],
      provisional: false,
      culprit: null,
      signature: null,
      normalNs: null,
      attempts: 1,
      alike: null,
    },
    ledger: [],
    metrics: [],
    episodes: [],
    changes: undefined,
    normalNs: () => null,
    missing,
    complete: true,
  });
const open = { ended: false } as const;
const threw = { events: exception('KeyError') } as const;

describe('a lane', () => {
  const stateOf = (...spans: Span[]) => view(spans).lanes[0]!.state;
  test('has succeeded where its first span has ended well', () =>
    expect(stateOf(span(1, undefined, 0, 9), span(2, 1, 1, 2, open))).toBe('succeeded'));
  test('has failed where that failed, end or not', () => {
    expect(stateOf(span(1, undefined, 0, 9, { status: 'error' }))).toBe('failed');
    expect(stateOf(span(1, undefined, 0, 9, { status: 'error', ...open }))).toBe('failed');
  });
  test('is unfinished where that has no end', () => {
    expect(stateOf(span(1, undefined, 0, 0, open))).toBe('unfinished');
    expect(stateOf(span(1, undefined, 0, 0, { ...open, ...threw }))).toBe('unfinished');
  });
  test('is unknown where that recorded an exception, or is not the first', () => {
    expect(stateOf(span(1, undefined, 0, 9, threw))).toBe('unknown');
    expect(stateOf(span(1, 8, 0, 9))).toBe('unknown');
  });
  test('is about its span without a parent, whatever seems to begin before', () =>
    expect(
      view([span(2, 8, 0, 1, { name: 'early' }), span(1, undefined, 5, 9, { name: 'first' })])
        .lanes,
    ).toMatchObject([{ name: 'first', state: 'succeeded' }]));
});

test('a row says what became of it, whether it ended, and what was thrown', () => {
  const [failed, unknown, good] = view([
    span(1, undefined, 0, 9, { status: 'error' }),
    span(2, 1, 1, 2, { ...threw, ...open }),
    span(3, 1, 3, 4),
  ]).spans;
  expect(failed).toMatchObject({ failed: true, outcome: 'failed', ended: true });
  expect(unknown).toMatchObject({
    failed: false,
    outcome: 'exception',
    ended: false,
    errorType: 'KeyError',
  });
  expect(good).toMatchObject({ failed: false, outcome: 'good', errorType: null });
});

test('a consumer is expected of what should have been taken by now', () => {
  const sent = [span(1, undefined, 0, 9), span(2, 1, 1, 2, { kind: 'producer' })];
  const expected = (missing: number[]) => view(sent, new Set(missing)).annotations;
  expect(expected([1])).toMatchObject([{ kind: 'missing-consumer', expected: true }]);
  expect(expected([])).toMatchObject([{ kind: 'missing-consumer', expected: false }]);
});

test('an end that came makes another revision', () => {
  const revision = (ended: boolean) => view([span(1, undefined, 0, 0, { ended })]).revision;
  expect(revision(true)).not.toBe(revision(false));
});
