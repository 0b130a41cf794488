import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { encodeSpans } from '@/lib/telemetry/otlp/encode';
import { epochNs } from '@/lib/time/units';
import { requestView } from '../contract';
import { correlate, type Correlated } from '../correlation/correlate';
import { addFirstHops } from '../correlation/first-hop';
import { placeImplausibleTimes } from '../correlation/implausible-times';
import { operationsOf } from '../correlation/operations';
import { line, span } from '../correlation/spans.fixture';
import { quietContext } from '../verdict/context.fixture';
import { missingProducers } from '../verdict/waiting';
import { determineVerdict } from '../verdict/verdict';
import { axisOver, foldGaps, ticks } from './axis';
import { columnsOf, decodeColumns, encodeColumns } from './columns';
import { buildView } from './view-model';

const LAST_NS = (1n << 63n) - 1n;
const START_NS = span(1, undefined, 0, 0).startNs;
const NOW_NS = START_NS + 3_600_000_000_000n;

const time = fc.oneof(
  fc.bigInt({ min: 0n, max: LAST_NS }),
  fc.constantFrom(0n, 1n, START_NS / 1_000_000n, START_NS, START_NS + 1n, LAST_NS),
  fc.bigInt({ min: START_NS, max: NOW_NS }),
);
const smallId = fc.integer({ min: 1, max: 12 });
const kinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
const anySpans = fc
  .array(
    fc.record({
      id: smallId,
      parent: fc.option(smallId, { nil: undefined }),
      trace: fc.integer({ min: 1, max: 3 }),
      kind: fc.constantFrom(...kinds),
      times: fc.tuple(time, time),
      event: fc.option(time, { nil: undefined }),
      ended: fc.boolean(),
      outcome: fc.constantFrom('good', 'exception', 'failed' as const),
      host: fc.constantFrom('a', 'b', 'c'),
      link: fc.option(smallId, { nil: undefined }),
    }),
    { maxLength: 15 },
  )
  .map((rows) =>
    rows.map(({ times, event, link, ...row }): Span => {
      const startNs = epochNs(times[0]);
      // As readers of OTLP have it: an end before the start is the start.
      const endNs = epochNs(row.ended && times[1] > times[0] ? times[1] : times[0]);
      const { traceId, spanId } = span(link ?? 1, undefined, 0, 0);
      return {
        ...span(row.id, row.parent, 0, 0, row),
        startNs,
        endNs,
        events: event === undefined ? [] : [{ timeNs: epochNs(event), name: 'e', attributes: {} }],
        links: link === undefined ? [] : [{ traceId, spanId, attributes: {} }],
      };
    }),
  );
const anyLines = fc
  .array(
    fc.record({
      at: time,
      trace: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      span: fc.option(smallId, { nil: undefined }),
      seconds: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
    }),
    { maxLength: 8 },
  )
  .map((rows) =>
    rows.map(({ at, seconds, ...ids }, id): LogLine => ({
      ...line(id, 0, ids),
      timeNs: epochNs(at),
      // A line of an access log becomes a span as long as it says.
      attributes:
        seconds === undefined
          ? {}
          : { 'log.type': 'access', 'http.server.request.duration': String(seconds) },
    })),
  );

function viewOf(request: Correlated) {
  const context = {
    ...quietContext,
    normalNs: () => 1e6,
    usualWaitNs: () => 1e6,
    consumedBefore: () => 100,
    nowOffset: Number(NOW_NS - request.originNs),
  };
  const verdict = { ...determineVerdict(request, context), provisional: false };
  return buildView({
    id: asCorrelationId('order-2026-1122')!,
    request,
    verdict,
    ledger: [],
    metrics: [],
    episodes: [],
    changes: undefined,
    missing: missingProducers(request, context),
    normalNs: () => null,
    complete: true,
  });
}

/** Every number in a value, with where it stands. */
function* numbersIn(value: unknown, path = ''): Generator<[path: string, value: number]> {
  if (typeof value === 'number') yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) yield* numbersIn(each, `${path}.${key}`);
}

/** What may lie before the start of the request, or be a difference. */
const MAY_BE_NEGATIVE = /\.(skewNs|aheadNs|offsetNs)$/;

function expectSane(request: Correlated): void {
  const view = viewOf(request);
  for (const [path, value] of numbersIn(view)) {
    expect(Number.isFinite(value), path).toBe(true);
    if (!MAY_BE_NEGATIVE.test(path)) expect(value, path).toBeGreaterThanOrEqual(0);
  }
  expect(() => requestView.parse(JSON.parse(JSON.stringify(view)))).not.toThrow();
  const text = view.verdict.sentence.map((segment) => segment.text).join('');
  expect(text).not.toMatch(/NaN|Infinity|undefined|null|−|\s-\d/);
  const columns = columnsOf(request);
  expect(decodeColumns(encodeColumns(columns).buffer)).toEqual(columns);
  for (const array of [columns.start, columns.duration])
    expect(array.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  for (const [path, value] of numbersIn(operationsOf(request))) {
    expect(Number.isFinite(value), path).toBe(true);
    expect(value, path).toBeGreaterThanOrEqual(0);
  }
  if (view.window) expectSaneAxis(view, Math.max(1, view.window.durationNs));
}

function expectSaneAxis({ lanes, logs }: ReturnType<typeof viewOf>, durationNs: number): void {
  const busy = [
    ...lanes.map((lane) => [lane.startOffsetNs, lane.startOffsetNs + lane.durationNs] as const),
    ...logs.map((log) => [log.offsetNs, log.offsetNs] as const),
  ];
  const axis = axisOver(foldGaps(busy, 0, durationNs), 0, durationNs, 0.035);
  const marks = ticks(axis, 6);
  expect(marks.length).toBeLessThan(1_000);
  for (const offset of [...marks, 0, durationNs, ...busy.flat()]) {
    const x = axis.x(Math.max(axis.from, Math.min(offset, axis.to)));
    expect(x).toBeGreaterThanOrEqual(-1e-9);
    expect(x).toBeLessThanOrEqual(1 + 1e-9);
    expect(Number.isFinite(axis.offset(x))).toBe(true);
  }
}

test('whatever comes, every number of a view is finite, and no time is negative', () => {
  fc.assert(
    fc.property(anySpans, anyLines, (spans, lines) => {
      const placed = placeImplausibleTimes({ spans, lines }, NOW_NS);
      const { spans: withHops, lines: tied } = addFirstHops(placed.spans, placed.lines);
      expectSane(correlate(withHops, tied));
    }),
    { numRuns: 300 },
  );
});
test('so it is even where nothing was set apart, as in evidence of before', () => {
  fc.assert(
    fc.property(anySpans, anyLines, (spans, lines) => expectSane(correlate(spans, lines))),
    { numRuns: 200 },
  );
});
test('the axis is no longer than the spans whose times can be true', () => {
  fc.assert(
    fc.property(anySpans, (spans) => {
      const good = [span(90, undefined, 0, 50, { trace: 9 }), span(91, 90, 5, 10, { trace: 9 })];
      const wild = spans.map((each) => ({
        ...each,
        startNs: epochNs(each.startNs % START_NS),
        endNs: epochNs(each.startNs % START_NS),
      }));
      const early = wild.filter(({ startNs }) => startNs < 1_262_304_000_000_000_000n);
      const request = correlate(
        placeImplausibleTimes({ spans: [...good, ...early], lines: [] }, NOW_NS).spans,
        [],
      );
      expect(request.durationNs).toBe(50e6);
    }),
  );
});
test('what is exported is what came, whatever was set apart', () => {
  fc.assert(
    fc.property(anySpans, (spans) => {
      const { spans: placed } = placeImplausibleTimes({ spans, lines: [] }, NOW_NS);
      const timesOf = (each: readonly Span[]) =>
        encodeSpans(each).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap((scope) =>
            scope.spans.map(({ startTimeUnixNano, endTimeUnixNano }) => [
              startTimeUnixNano,
              endTimeUnixNano,
            ]),
          ),
        );
      expect(timesOf(placed)).toEqual(timesOf(spans));
    }),
  );
});
test('a request of thousands of hosts is put together', () => {
  const spans = Array.from({ length: 6_000 }, (_, index) => {
    const isClient = index % 2 === 0;
    const at = Math.floor(index / 2);
    return span(index + 1, index === 0 ? undefined : index, at, 20_000 - at, {
      kind: isClient ? 'client' : 'server',
      host: `host-${at + (isClient ? 0 : 1)}`,
    });
  });
  expectSane(correlate(spans, []));
});
