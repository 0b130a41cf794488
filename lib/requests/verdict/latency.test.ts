import { expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { correlate } from '../correlation/correlate';
import { span } from '../correlation/spans.fixture';
import { quietContext } from './context.fixture';
import { latency } from './latency';

const MS = 1e6;
const idOf = ({ spanId }: Span) => Number(`0x${spanId}`);
/** Usual durations in milliseconds, by the number of the span. */
const found = (spans: Span[], usualMs: Record<number, number>) =>
  latency(correlate(spans, []), 0, {
    ...quietContext,
    normalNs: (each) => {
      const usual = usualMs[idOf(each)];
      return usual === undefined ? null : usual * MS;
    },
  });
const culpritOf = (spans: Span[], usualMs: Record<number, number>) => {
  const culprit = found(spans, usualMs)?.culprit;
  return culprit && idOf(culprit.span);
};
const root = (ms: number) => span(1, undefined, 0, ms);

test('slow is twice the usual and a tenth of a second more', () => {
  expect(found([root(200)], { 1: 100 })).toMatchObject({ durationNs: 200 * MS, culprit: null });
  expect(found([root(199)], { 1: 100 })).toBeUndefined();
  expect(found([root(199)], { 1: 99.5 })).toBeUndefined();
  expect(found([root(110)], { 1: 10 })).toBeDefined();
  expect(found([root(109)], { 1: 10 })).toBeUndefined();
  expect(found([root(900)], { 1: 500 })).toBeUndefined();
});
test('the culprit is the child that explains most of the excess, down to the deepest', () => {
  const spans = [root(1000), span(2, 1, 0, 300), span(3, 1, 300, 990), span(4, 3, 310, 980)];
  expect(culpritOf(spans, { 1: 100, 2: 10, 3: 10, 4: 10 })).toBe(4);
  expect(culpritOf(spans, { 1: 100, 2: 10, 3: 10, 4: 600 })).toBe(3);
  expect(found(spans, { 1: 100, 3: 10, 4: 600 })?.culprit).toMatchObject({
    durationNs: 690 * MS,
    normalNs: 10 * MS,
  });
});
test('a child explains from seven tenths of the excess on; one without a usual time nothing', () => {
  const child = (excessMs: number) => [root(1100), span(2, 1, 0, 100 + excessMs)];
  expect(culpritOf(child(700), { 1: 100, 2: 100 })).toBe(2);
  expect(culpritOf(child(699), { 1: 100, 2: 100 })).toBeNull();
  expect(culpritOf(child(900), { 1: 100 })).toBeNull();
});
test('a layer without a usual time is looked through, down to what has one', () => {
  const spans = [root(1000), span(2, 1, 0, 990), span(3, 2, 0, 5), span(4, 2, 10, 980)];
  expect(culpritOf(spans, { 1: 100, 3: 1, 4: 10 })).toBe(4);
  const consumer = [root(1000), span(2, 1, 0, 990), span(3, 2, 0, 980, { kind: 'consumer' })];
  expect(culpritOf(consumer, { 1: 100, 3: 1 })).toBeNull();
});
test('what a consumer did later does not explain it', () =>
  expect(culpritOf([root(1000), span(2, 1, 0, 990, { kind: 'consumer' })], { 1: 9, 2: 9 })).toBe(
    null,
  ));
