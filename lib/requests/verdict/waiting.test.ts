import { expect, test } from 'vitest';
import { correlate } from '../correlation/correlate';
import { span } from '../correlation/spans.fixture';
import { quietContext } from './context.fixture';
import type { VerdictContext } from './finding';
import { awaitedOf, missingProducers, untakenMessages } from './waiting';

const attributes = { 'messaging.destination.name': 'orders' };
const request = correlate(
  [
    span(1, undefined, 0, 50, { kind: 'server' }),
    span(2, 1, 10, 30, { kind: 'producer', name: 'send', attributes }),
  ],
  [],
);
const SENT_MS = 30;
/** @param waitedMs since it was sent */
const contextAt = (waitedMs: number, more: Partial<VerdictContext> = {}): VerdictContext => ({
  ...quietContext,
  consumedBefore: () => 20,
  nowOffset: (SENT_MS + waitedMs) * 1e6,
  ...more,
});
const stateAt = (waitedMs: number, more: Partial<VerdictContext> = {}) =>
  untakenMessages(request, contextAt(waitedMs, more))[0]!.state;
const usual = (ms: number) => ({ usualWaitNs: () => ms * 1e6 });

test('a message is waited for ten times as long as such messages usually wait, at least 30 s', () => {
  expect(stateAt(29_999, usual(50))).toBe('awaited');
  expect(stateAt(30_000, usual(50))).toBe('missing');
  expect(stateAt(59_999, usual(6_000))).toBe('awaited');
  expect(stateAt(60_000, usual(6_000))).toBe('missing');
});
test('a message is waited for two minutes where its usual wait is not known', () => {
  expect(stateAt(119_999)).toBe('awaited');
  expect(stateAt(120_000)).toBe('missing');
});
test('nobody is missed of whom fewer than twenty takings are known', () => {
  const some = (count: number) => ({ ...usual(50), consumedBefore: () => count });
  expect(stateAt(60_000, some(19))).toBe('unknown');
  expect(stateAt(60_000, some(20))).toBe('missing');
  expect(stateAt(1_000, some(0))).toBe('awaited');
});
test('while a source has not answered in full, who usually takes it may have taken it', () => {
  expect(stateAt(60_000, { ...usual(50), settled: false })).toBe('awaited');
  expect(stateAt(60_000, { ...usual(50), settled: false, consumedBefore: () => 0 })).toBe(
    'unknown',
  );
});
test('what is awaited tells since when, and what is usual; never less than nothing', () => {
  expect(awaitedOf(request, 0, contextAt(13_000, usual(50)))).toEqual([
    { kind: 'message', message: 'send', queue: 'orders', waitedNs: 13e9, usualNs: 50e6 },
  ]);
  expect(awaitedOf(request, 0, contextAt(-5))).toMatchObject([{ waitedNs: 0, usualNs: null }]);
  expect(awaitedOf(request, 0, contextAt(60_000, usual(50)))).toEqual([]);
});
test('the spans that sent what is missing are those', () => {
  expect([...missingProducers(request, contextAt(60_000, usual(50)))]).toEqual([1]);
  expect([...missingProducers(request, contextAt(1_000, usual(50)))]).toEqual([]);
});
test('the end of every other lane is awaited, of the first operation and of attempts it is not', () => {
  const open = { ended: false } as const;
  const lanes = correlate(
    [
      span(1, undefined, 0, 50, open),
      span(2, undefined, 100, 100, { trace: 2, name: 'other', ...open }),
      span(3, undefined, 100, 120, { trace: 3, name: 'done' }),
    ],
    [],
  );
  expect(awaitedOf(lanes, 0, { ...quietContext, nowOffset: 3.1e9 })).toMatchObject([
    { kind: 'end', span: { name: 'other' }, runningNs: 3e9 },
  ]);
  expect(awaitedOf(lanes, 0, { ...quietContext, nowOffset: 0 })).toMatchObject([{ runningNs: 0 }]);
});
