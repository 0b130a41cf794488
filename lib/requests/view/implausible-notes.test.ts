import { expect, test } from 'vitest';
import { epochNs } from '@/lib/time/units';
import { correlate } from '../correlation/correlate';
import { placeImplausibleTimes } from '../correlation/implausible-times';
import { line, span } from '../correlation/spans.fixture';
import { implausibleLine, implausibleNotes, implausibleSpan } from './implausible-notes';

const START_NS = span(1, undefined, 0, 0).startNs;
const startingAt = (startNs: bigint, endNs = startNs) => ({
  ...span(2, 1, 0, 0, { service: 'sensor' }),
  startNs: epochNs(startNs),
  endNs: epochNs(endNs),
});
const requestOf = (...wild: ReturnType<typeof startingAt>[]) => {
  const at = { ...line(1, 0, { service: 'sensor' }), timeNs: epochNs(1n) };
  const good = [span(1, undefined, 0, 10)];
  const placed = placeImplausibleTimes({ spans: [...good, ...wild], lines: [at] }, START_NS);
  return correlate(placed.spans, placed.lines);
};

test.each([
  [START_NS / 1_000_000n, undefined, 'sent in milliseconds where nanoseconds belong (1970-01-01)'],
  [1n, undefined, 'the clock says 1970-01-01'],
  [4_000_000_000_000_000_000n, undefined, 'the clock says 2096-10-02'],
  [START_NS, START_NS + 3_650n * 86_400_000_000_000n, 'it would have lasted 3650 d'],
  [START_NS - 172_800_000_000_000n, undefined, 'days from what it belongs to (2026-09-19)'],
])('a span says what is wrong with its times: %d', (startNs, endNs, words) => {
  const { tree } = requestOf(startingAt(startNs, endNs));
  const wild = tree.nodes.find(({ span: each }) => each.implausible)!.span;
  expect(implausibleSpan(wild.implausible!).sentence).toBe(`No place in time: ${words}.`);
});

test('a line says so as well', () =>
  expect(implausibleLine(requestOf().lines[0]!.line.implausible!)).toEqual({
    reason: 'too_early',
    unit: null,
    sentence: 'No place in time: the clock says 1970-01-01.',
  }));

test('what is wrong in the same way at one service is said once', () =>
  expect(
    implausibleNotes(
      requestOf(startingAt(1n), { ...startingAt(5n), spanId: span(3, 1, 0, 0).spanId }),
    ),
  ).toEqual([
    {
      kind: 'implausible-time',
      reason: 'too_early',
      unit: null,
      service: 'sensor',
      spanCount: 2,
      lineCount: 1,
      sentence: '2 spans and 1 line of sensor have no place in time: the clock says 1970-01-01.',
    },
  ]));

test('what differs is said apart, the most first, in twenty sentences at most', () => {
  const many = Array.from({ length: 30 }, (_, at) => ({
    ...startingAt(1n),
    spanId: span(at + 2, 1, 0, 0).spanId,
    service: `device-${Math.min(at, 28)}`,
  }));
  const notes = implausibleNotes(requestOf(...many));
  expect(notes).toHaveLength(20);
  expect(notes[0]).toMatchObject({ service: 'device-28', spanCount: 2, lineCount: 0 });
  expect(notes[1]!.sentence).toMatch(/^1 span of device-0 has no place in time/);
});
