import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_NS, epochNs } from '@/lib/time/units';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { heaps } from './heaps.fixture';
import { isPlausibleTime, placeImplausibleTimes } from './implausible-times';
import { line, span } from './spans.fixture';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START_NS = span(1, undefined, 0, 0).startNs;
const NOW_NS = START_NS + 3_600_000_000_000n;

const place = (spans: readonly Span[], lines: readonly LogLine[] = []) =>
  placeImplausibleTimes({ spans, lines }, NOW_NS);

/** A span of 20 ns that starts at exactly this time. */
const startingAt = (id: number, parent: number | undefined, startNs: bigint): Span => ({
  ...span(id, parent, 0, 0, { service: 'sensor' }),
  startNs: epochNs(startNs),
  endNs: epochNs(startNs + 20n),
});
const good = [span(1, undefined, 0, 50), span(2, 1, 10, 30)];
const flawOf = (wild: Span) => place([...good, wild]).spans[2]!.implausible;

describe('a time that cannot be true', () => {
  test.each([
    ['in milliseconds', START_NS / 1_000_000n, { reason: 'wrong_unit', unit: 'milliseconds' }],
    ['in microseconds', START_NS / 1_000n, { reason: 'wrong_unit', unit: 'microseconds' }],
    ['in seconds', START_NS / 1_000_000_000n, { reason: 'wrong_unit', unit: 'seconds' }],
    ['of a clock that was never set', 1n, { reason: 'too_early' }],
    ['of the year 2000', 946_684_800_000_000_000n, { reason: 'too_early' }],
    ['two days ahead', NOW_NS + 2n * DAY_NS, { reason: 'in_future' }],
    ['of the last year there is', (1n << 63n) - 21n, { reason: 'in_future' }],
    ['days before its parent', START_NS - 2n * DAY_NS, { reason: 'far_from_trace' }],
  ])('%s is set apart, with what was reported', (_, startNs, flaw) =>
    expect(flawOf(startingAt(3, 2, startNs))).toEqual({
      ...flaw,
      startNs,
      endNs: startNs + 20n,
    }),
  );
  test('stands where its nearest ancestor with a place does, without length', () => {
    const wild = startingAt(3, 2, 5n);
    const below = startingAt(4, 3, 7n);
    const { spans } = place([...good, wild, below]);
    for (const placed of spans.slice(2))
      expect([placed.startNs, placed.endNs]).toEqual([good[1]!.startNs, good[1]!.startNs]);
    expect(spans.slice(0, 2)).toEqual(good);
  });
  test('of an orphan or of a circle stands at the start of its trace', () => {
    const wild = [startingAt(3, 9, 5n), startingAt(4, 5, 5n), startingAt(5, 4, 5n)];
    expect(
      place([...good, ...wild])
        .spans.map(({ startNs }) => startNs)
        .slice(2),
    ).toEqual(wild.map(() => START_NS));
  });
  test('of a whole trace stands at the start of the request', () => {
    const wild = {
      ...startingAt(3, undefined, 5n),
      traceId: span(1, undefined, 0, 0, { trace: 2 }).traceId,
    };
    const later = good.map((each) => ({ ...each, startNs: epochNs(each.startNs + 9n) }));
    expect(place([...later, wild]).spans[2]!.startNs).toBe(START_NS + 9n);
  });
  test('of the root leaves its children where they are', () => {
    const spans = [startingAt(1, undefined, 5n), ...[2, 3].map((id) => span(id, 1, id, 9))];
    const placed = place(spans).spans;
    expect(placed.map(({ implausible }) => implausible?.reason)).toEqual([
      'too_early',
      undefined,
      undefined,
    ]);
    expect(placed[0]!.startNs).toBe(spans[1]!.startNs);
  });
  test('of a span without ancestors stands at the start of its own trace', () => {
    const inTrace2 = { trace: 2 };
    const { traceId } = span(1, undefined, 0, 0, inTrace2);
    const { spans } = place([
      span(7, undefined, 500, 510, inTrace2),
      span(6, undefined, 400, 410, inTrace2),
      ...good,
      { ...startingAt(8, 9, 5n), traceId },
    ]);
    expect(spans.at(-1)!.startNs).toBe(spans[1]!.startNs);
  });
  test('takes the events of its span with it', () => {
    const wild = {
      ...startingAt(3, 2, 5n),
      events: [{ timeNs: epochNs(6n), name: 'e', attributes: {} }],
    };
    expect(place([...good, wild]).spans[2]!.events[0]!.timeNs).toBe(good[1]!.startNs);
  });
});

describe('an end that cannot be true', () => {
  const lasting = (endNs: bigint) => ({ ...span(3, 1, 5, 5), endNs: epochNs(endNs) });
  test.each([
    ['after more than 35 days', (1n << 63n) - 1n, 'too_long'],
    ['more than a day ahead', NOW_NS + 2n * DAY_NS, 'in_future'],
  ])('%s leaves the span at its start', (_, endNs, reason) => {
    const wild = lasting(endNs);
    const placed = place([...good, wild]).spans[2]!;
    expect([placed.startNs, placed.endNs, placed.implausible?.reason]).toEqual([
      wild.startNs,
      wild.startNs,
      reason,
    ]);
  });
  test('of the only span there is is set apart as well', () =>
    expect(place([lasting((1n << 63n) - 1n)]).spans[0]!.implausible?.reason).toBe('too_long'));
});

describe('what may be true stays', () => {
  const stays = (spans: Span[], lines: LogLine[] = []) => {
    const placed = place(spans, lines);
    expect(placed.spans).toEqual(spans);
    expect(placed.lines).toEqual(lines);
  };
  const root = span(1, undefined, -5 * DAY, -5 * DAY + 10, { kind: 'producer' });
  const at = (ms: number, more = {}) => span(2, 1, -5 * DAY + ms, -5 * DAY + ms + 10, more);
  test.each([
    ['a message that waited for hours', [root, at(9 * HOUR, { kind: 'consumer' })]],
    ['a message that waited for days', [root, at(4 * DAY, { kind: 'consumer' })]],
    ['a job of six hours', [span(1, undefined, -6 * HOUR, 0), span(2, 1, -HOUR, -10)]],
    [
      'a workflow of thirty days',
      [span(1, undefined, -30 * DAY, 0), span(2, 1, -29 * DAY, -29 * DAY), span(3, 1, -HOUR, 0)],
    ],
    [
      'a clock of another time zone',
      [span(1, undefined, 0, 10), span(2, 1, 13 * HOUR, 13 * HOUR + 5)],
    ],
    [
      'an id used again days later',
      [
        span(1, undefined, -5 * DAY, -5 * DAY + 10, { trace: 1 }),
        span(2, undefined, 0, 10, { trace: 2 }),
      ],
    ],
    [
      'a trace id used again days later',
      [span(1, undefined, -5 * DAY, -5 * DAY + 10), span(2, undefined, 0, 10)],
    ],
    [
      'what was called to the day a day later',
      [span(1, undefined, -3 * DAY, -3 * DAY), span(2, 1, -2 * DAY, 0)],
    ],
    [
      'what was called less than a day after the last end',
      [
        span(1, undefined, -3 * DAY, -2 * DAY),
        span(2, 1, -3 * DAY + 1, -3 * DAY + 2),
        span(3, 1, -DAY - HOUR, -DAY),
      ],
    ],
    [
      'a message that waited for fourteen days',
      [
        span(1, undefined, -14 * DAY, -14 * DAY, { kind: 'producer' }),
        span(2, 1, 0, 1, { kind: 'consumer' }),
      ],
    ],
    ['a span of thirty-five days', [span(1, undefined, -35 * DAY, 0)]],
    ['an end a day ahead', [{ ...span(1, undefined, 0, 0), endNs: epochNs(NOW_NS + DAY_NS) }]],
    [
      'a span whose parent is not there',
      [span(1, undefined, -5 * DAY, -5 * DAY + 10), span(2, 9, 0, 10)],
    ],
  ])('%s', (_, spans) => stays(spans as Span[]));
  test('a message cannot be taken days before it was sent, nor weeks after', () => {
    for (const ms of [-2 * DAY, 15 * DAY]) {
      const early = span(1, undefined, -20 * DAY, -20 * DAY + 10, { kind: 'producer' });
      const taken = span(2, 1, -20 * DAY + ms, -20 * DAY + ms + 1, { kind: 'consumer' });
      expect(place([early, taken]).spans.filter(({ implausible }) => implausible)).toHaveLength(1);
    }
  });
  test('a line long after its span, or of another day, and one without a span', () =>
    stays(
      [span(1, undefined, -5 * DAY, -5 * DAY + 10)],
      [line(1, 0, { trace: 1, span: 1 }), line(2, -3 * DAY), line(3, -6 * DAY)],
    ));
  test('the very same, when nothing is wrong', () => {
    const lines = [line(1, 5)];
    expect(place(good, lines)).toEqual({ spans: good, lines });
    expect(place(good, lines).spans).toBe(good);
  });
  test('nothing, where there is nothing', () =>
    expect(place([])).toEqual({ spans: [], lines: [] }));
});

describe('of times that contradict each other', () => {
  const early = (id: number, parent: number | undefined, service: string) =>
    span(id, parent, -3 * DAY, -3 * DAY + 5, { service });
  const setApart = (spans: Span[]) =>
    place(spans).spans.flatMap((each) => (each.implausible ? [Number(`0x${each.spanId}`)] : []));
  test('those hold that more services report', () =>
    expect(
      setApart([
        span(1, undefined, 0, 10, { service: 'edge' }),
        span(2, 1, 1, 9, { service: 'shop' }),
        ...[3, 4, 5].map((id) => early(id, 2, 'sensor')),
      ]),
    ).toEqual([3, 4, 5]));
  test('those hold that more spans report', () =>
    expect(
      setApart([early(1, undefined, 'edge'), ...[2, 3].map((id) => span(id, 1, 0, 10))]),
    ).toEqual([1]));
  test('the root holds', () => {
    expect(setApart([early(1, undefined, 'edge'), span(2, 1, 0, 10)])).toEqual([2]);
    expect(setApart([early(2, 1, 'edge'), span(1, undefined, 0, 10)])).toEqual([2]);
  });
  test('where all clocks are wrong, those hold that most agree on', () => {
    const wild = [startingAt(1, undefined, 5n), startingAt(2, 1, 7n), startingAt(3, 1, 1n << 62n)];
    const placed = place(wild).spans;
    expect(placed.slice(0, 2)).toEqual(wild.slice(0, 2));
    expect(placed[2]).toMatchObject({ startNs: 5n, implausible: { reason: 'in_future' } });
    const endless = { ...wild[0]!, endNs: epochNs(1n << 62n) };
    expect(place([endless]).spans[0]!.implausible?.reason).toBe('too_long');
    const beside = { ...line(1, 0), timeNs: epochNs(6n) };
    expect(place(wild.slice(0, 2), [beside]).lines).toEqual([beside]);
  });
});

describe('a line', () => {
  const atNs = (id: number, timeNs: bigint, ids = {}) => ({
    ...line(id, 0, ids),
    timeNs: epochNs(timeNs),
  });
  test('whose time cannot be true stands at its span, or where the request starts', () => {
    const lines = [atNs(1, 5n, { trace: 1, span: 2 }), atNs(2, START_NS / 1_000_000n)];
    expect(place(good, lines).lines).toMatchObject([
      { timeNs: good[1]!.startNs, implausible: { reason: 'too_early', timeNs: 5n } },
      { timeNs: START_NS, implausible: { reason: 'wrong_unit', unit: 'milliseconds' } },
    ]);
  });
  test('a day before its span stays', () => {
    const early = [line(1, 10 - DAY, { trace: 1, span: 2 }), line(2, 3)];
    expect(place(good, early).lines).toBe(early);
  });
  test('is set apart without the others', () => {
    const lines = [line(1, 3), atNs(2, 5n)];
    expect(place(good, lines).lines[0]).toBe(lines[0]);
  });
  test('days before its span is set apart', () =>
    expect(place(good, [line(1, -2 * DAY, { trace: 1, span: 2 })]).lines[0]).toMatchObject({
      timeNs: good[1]!.startNs,
      implausible: { reason: 'far_from_trace' },
    }));
  test('with a true time gives spans without one their place', () =>
    expect(place([startingAt(1, undefined, 5n)], [line(1, 7)])).toMatchObject({
      spans: [{ startNs: line(1, 7).timeNs, implausible: { startNs: 5n } }],
      lines: [{ timeNs: line(1, 7).timeNs }],
    }));
  test('with the first true time gives spans without one their place', () =>
    expect(
      place([startingAt(1, undefined, 5n)], [line(1, 7), line(2, 6), line(3, 8), atNs(4, 9n)])
        .spans[0]!.startNs,
    ).toBe(line(2, 6).timeNs));
  test('alone stays whatever its time', () => {
    const lines = [atNs(1, 5n)];
    expect(place([], lines)).toEqual({ spans: [], lines });
  });
});

test.each([
  [1_262_304_000_000_000_000n, true],
  [1_262_303_999_999_999_999n, false],
  [NOW_NS + DAY_NS, true],
  [NOW_NS + DAY_NS + 1n, false],
])('%d can be the time of telemetry: %s', (ns, expected) =>
  expect(isPlausibleTime(ns, NOW_NS)).toBe(expected),
);

const times = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }),
  fc.constantFrom(0n, 1n, START_NS / 1_000_000n, (1n << 63n) - 1n, START_NS),
  fc.bigInt({ min: START_NS - 100n * DAY_NS, max: NOW_NS }),
);
const wildSpans = fc
  .array(
    fc.record({
      id: fc.integer({ min: 1, max: 9 }),
      parent: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      trace: fc.integer({ min: 1, max: 3 }),
      kind: fc.constantFrom('internal', 'consumer' as const),
      startNs: times,
      endNs: times,
    }),
    { maxLength: 12 },
  )
  .map((rows) =>
    rows.map(({ startNs, endNs, ...row }) => ({
      ...span(row.id, row.parent, 0, 0, row),
      startNs: epochNs(startNs),
      endNs: epochNs(endNs < startNs ? startNs : endNs),
    })),
  );
const wildLines = fc
  .array(fc.record({ span: fc.integer({ min: 1, max: 9 }), timeNs: times }), { maxLength: 5 })
  .map((rows) =>
    rows.map((row, id) => ({
      ...line(id, 0, { trace: 1, span: row.span }),
      timeNs: epochNs(row.timeNs),
    })),
  );

test('whatever the times, none is lost and none reaches over years', () => {
  fc.assert(
    fc.property(wildSpans, wildLines, (spans, lines) => {
      const placed = place(spans, lines);
      expect(placed.spans.map(({ spanId }) => spanId)).toEqual(spans.map(({ spanId }) => spanId));
      expect(placed.lines.map(({ id }) => id)).toEqual(lines.map(({ id }) => id));
      placed.spans.forEach((each, at) => {
        expect(each.endNs - each.startNs >= 0n).toBe(true);
        expect(each.endNs - each.startNs <= 35n * DAY_NS).toBe(true);
        const { startNs, endNs } = each.implausible ?? each;
        expect([startNs, endNs]).toEqual([spans[at]!.startNs, spans[at]!.endNs]);
      });
      const isTrue = ({ startNs }: Span) => isPlausibleTime(startNs, NOW_NS);
      if (spans.some(isTrue)) expect(placed.spans.every(isTrue)).toBe(true);
    }),
  );
});

test('once is enough, where no two spans share an id', () => {
  fc.assert(
    fc.property(wildSpans, wildLines, (spans, lines) => {
      const byId = new Map(spans.map((each) => [each.traceId + each.spanId, each]));
      const placed = place([...byId.values()], lines);
      expect(place(placed.spans, placed.lines)).toEqual(placed);
    }),
    { numRuns: 300 },
  );
});

test('a request of one day is left as it is', () => {
  fc.assert(fc.property(heaps, (spans) => void expect(place(spans).spans).toBe(spans)));
});
