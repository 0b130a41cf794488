import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { epochMs, HOUR_MS, MINUTE_MS, msToNs, nsToMs } from '@/lib/time/units';
import { axisOver, foldGaps, ticks } from '../view/axis';
import { columnsOf, decodeColumns, encodeColumns } from '../view/columns';
import { correlate } from './correlate';
import { criticalPath, type TimedSpan } from './critical-path';
import { wholeReachWindows, searchWindows } from '../discovery/search-windows';
import { estimateSkew } from './skew';
import { exception, line, span } from './spans.fixture';
import { buildTree, childrenOf } from './tree';

/** Any heap of spans: parents that are missing, circles, doubles. */
const heaps = fc
  .array(
    fc.record({
      id: fc.integer({ min: 1, max: 30 }),
      parent: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      start: fc.integer({ min: 0, max: 1000 }),
      length: fc.integer({ min: 0, max: 500 }),
      trace: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows.map((row) =>
      span(row.id, row.parent, row.start, row.start + row.length, { trace: row.trace }),
    ),
  );
const keyOf = (each: Span) => each.traceId + each.spanId + each.kind;

describe('the tree', () => {
  test('holds every span exactly once, parents before children', () => {
    fc.assert(
      fc.property(heaps, (spans) => {
        const { nodes, lanes } = buildTree(spans);
        expect(nodes.map((node) => keyOf(node.span)).sort()).toEqual(
          [...new Set(spans.map(keyOf))].sort(),
        );
        nodes.forEach((node, index) => {
          expect(node.parent).toBeLessThan(index);
          expect(node.depth).toBe(node.parent < 0 ? 0 : nodes[node.parent]!.depth + 1);
          if (node.parent >= 0) expect(nodes[node.parent]!.end).toBeGreaterThanOrEqual(node.end);
        });
        expect(lanes.reduce((sum, lane) => sum + lane.to - lane.from, 0)).toBe(nodes.length);
      }),
    );
  });
  test('does not depend on the order spans arrive in', () => {
    fc.assert(
      fc.property(
        heaps.chain((spans) =>
          fc.tuple(
            fc.constant([...new Map(spans.map((each) => [keyOf(each), each])).values()]),
            fc.infiniteStream(fc.nat()),
          ),
        ),
        ([spans, numbers]) => {
          const shuffled = spans
            .map((each) => [numbers.next().value, each] as const)
            .sort((a, b) => a[0] - b[0])
            .map(([, each]) => each);
          const order = (heap: readonly Span[]) =>
            buildTree(heap).nodes.map((node) => keyOf(node.span));
          // A circle has no first span: only what a root reaches has one order.
          const circles = buildTree(spans).nodes.some(
            (node) =>
              node.orphan &&
              spans.some(
                (each) =>
                  each.traceId === node.span.traceId && each.spanId === node.span.parentSpanId,
              ),
          );
          if (!circles) expect(order(shuffled)).toEqual(order(spans));
        },
      ),
    );
  });
  test('ten thousand levels are no deeper than one', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      span(index + 1, index || undefined, 0, 10),
    );
    expect(buildTree(chain).nodes.at(-1)!.depth).toBe(9_999);
  });
  test('a client and a server that share an id become parent and child', () => {
    const { nodes } = buildTree([
      span(1, undefined, 0, 10, { kind: 'client' }),
      span(1, undefined, 2, 8, { kind: 'server' }),
    ]);
    expect(nodes.map((node) => [node.span.kind, node.parent])).toEqual([
      ['client', -1],
      ['server', 0],
    ]);
  });
  test('a span whose parent is missing is an orphan on top of its lane', () =>
    expect(buildTree([span(2, 1, 0, 1)]).nodes[0]).toMatchObject({ parent: -1, orphan: true }));
});

describe('the critical path', () => {
  const timed = (rows: [number, number, number, boolean?][]): TimedSpan[] =>
    rows.map(([parent, start, end, asynchronous = false]) => ({
      parent,
      start: start * 1e6,
      end: end * 1e6,
      asynchronous,
    }));
  const pathOf = (spans: TimedSpan[]) =>
    criticalPath(
      spans,
      spans.map((_, index) =>
        spans.flatMap((each, child) => (each.parent === index ? [child] : [])),
      ),
    );
  test('goes back from the child that finished last', () => {
    //  root  |--------------------|
    //  a       |-----|
    //  b          |-----|             behind c
    //  c               |--------|
    expect(
      pathOf(
        timed([
          [-1, 0, 100],
          [0, 10, 40],
          [0, 25, 55],
          [0, 50, 95],
        ]),
      ),
    ).toEqual([true, true, false, true]);
  });
  test('leaves out what a consumer did later', () =>
    expect(
      pathOf(
        timed([
          [-1, 0, 10],
          [0, 5, 90, true],
        ]),
      ),
    ).toEqual([true, false]));
  test('children that touch exactly both count', () =>
    expect(
      pathOf(
        timed([
          [-1, 0, 100],
          [0, 0, 50],
          [0, 50, 100],
        ]),
      ),
    ).toEqual([true, true, true]));
  test('contains every root, and no span without its parent', () => {
    fc.assert(
      fc.property(heaps, (spans) => {
        const request = correlate(spans, []);
        request.tree.nodes.forEach((node, index) => {
          if (node.parent < 0) expect(request.critical[index]).toBe(true);
          else if (request.critical[index]) expect(request.critical[node.parent]).toBe(true);
        });
      }),
    );
  });
});

describe('clock skew', () => {
  const call = (shiftMs: number) => [
    span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
    span(2, 1, 20 + shiftMs, 60 + shiftMs, { kind: 'server', host: 'b' }),
    span(3, 2, 30 + shiftMs, 50 + shiftMs, { kind: 'client', host: 'b' }),
    span(4, 3, 35 + shiftMs, 45 + shiftMs, { kind: 'server', host: 'c' }),
  ];
  test('clocks that fit are left alone', () =>
    expect(estimateSkew(buildTree(call(0)).nodes).size).toBe(0));
  test('whatever the shift, calls lie inside their callers afterwards', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (shift) => {
        const request = correlate(call(shift), []);
        const { nodes } = request.tree;
        nodes.forEach((node, index) => {
          if (node.span.kind !== 'server' || node.parent < 0) return;
          expect(request.start[index]! + 1e6).toBeGreaterThanOrEqual(request.start[node.parent]!);
          expect(request.start[index]! + request.duration[index]! - 1e6).toBeLessThanOrEqual(
            request.start[node.parent]! + request.duration[node.parent]!,
          );
        });
      }),
    );
  });
  test('a host 4.2 s ahead is told by about that much', () => {
    const skew = estimateSkew(buildTree(call(4200)).nodes);
    expect(Math.abs(skew.get('b')! + 4.21e9)).toBeLessThan(50e6);
  });
  test('work that goes on after its caller left is no skew', () =>
    expect(
      estimateSkew(
        buildTree([
          span(1, undefined, 0, 10, { kind: 'client', host: 'a' }),
          span(2, 1, 5, 500, { kind: 'server', host: 'b' }),
        ]).nodes,
      ).size,
    ).toBe(0));
  test('lines move with the clock of their host', () => {
    const request = correlate(call(4200), [
      line(1, 4230, { trace: 1, span: 2, resource: { 'k8s.pod.name': 'b' } }),
    ]);
    expect(request.lines[0]!.offset).toBeLessThan(100e6);
    expect(request.lines[0]!.skew).toBeLessThan(-4e9);
  });
});

describe('correlating', () => {
  test('no line is lost, and each says where it belongs or why not', () => {
    const lines = fc.array(
      fc.record({
        at: fc.integer({ min: -100_000, max: 200_000 }),
        trace: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        span: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(heaps, lines, (spans, rows) => {
        const request = correlate(
          spans,
          rows.map((row, index) => line(index, row.at, row)),
        );
        expect(request.lines).toHaveLength(rows.length);
        for (const placed of request.lines)
          expect(placed.node >= 0).toBe(placed.unattached === null);
        expect(request.lines.map((placed) => placed.offset)).toEqual(
          [...request.lines.map((placed) => placed.offset)].sort((a, b) => a - b),
        );
      }),
    );
  });
  test('the axis begins at the first span and ends at the last', () => {
    fc.assert(
      fc.property(
        heaps.filter((spans) => spans.length > 0),
        (spans) => {
          const request = correlate(spans, []);
          expect(Math.min(...request.start)).toBe(0);
          expect(
            Math.max(...request.start.map((start, index) => start + request.duration[index]!)),
          ).toBe(request.durationNs);
        },
      ),
    );
  });
  test('a failed call made again is a numbered attempt, one made at the same time is not', () => {
    const failed = { name: 'POST /reserve', kind: 'client', status: 'error' } as const;
    const request = correlate(
      [
        span(1, undefined, 0, 100),
        span(2, 1, 0, 10, failed),
        span(3, 1, 5, 12, failed),
        span(4, 1, 20, 30, { ...failed, status: 'unset' }),
      ],
      [],
    );
    expect(request.attempts.map((group) => group.members)).toEqual([[2, 3]]);
    expect(request.attemptOf.get(1)).toBeUndefined();
  });
  test('three attempts in a row keep their backoff', () => {
    const failed = { name: 'POST /reserve', kind: 'client', status: 'error' } as const;
    const request = correlate(
      [
        span(1, undefined, 0, 100),
        span(2, 1, 0, 10, failed),
        span(3, 1, 20, 30, failed),
        span(4, 1, 50, 60, failed),
      ],
      [],
    );
    expect(request.attempts).toEqual([{ members: [1, 2, 3], parent: 0, backoffNs: [10e6, 20e6] }]);
  });
  test('traces that begin alike are attempts, a trace that took a message is not', () => {
    const root = { name: 'POST /pay', kind: 'server', status: 'error' } as const;
    const request = correlate(
      [
        span(1, undefined, 0, 10, { ...root, trace: 1 }),
        span(2, 1, 5, 6, {
          trace: 1,
          kind: 'producer',
          attributes: { 'messaging.destination.name': 'orders' },
        }),
        span(3, undefined, 100, 110, { ...root, trace: 2 }),
        span(4, undefined, 200, 210, {
          trace: 3,
          kind: 'consumer',
          links: [
            { traceId: span(2, 1, 0, 0).traceId, spanId: span(2, 1, 0, 0).spanId, attributes: {} },
          ],
        }),
      ],
      [],
    );
    expect(request.laneAttempts).toEqual([{ number: 1, of: 2 }, { number: 2, of: 2 }, null]);
    expect(request.waits).toEqual([
      { producer: 1, lane: 2, queue: 'orders', startOffset: 6e6, duration: 194e6 },
    ]);
    expect(request.unconsumed).toEqual([]);
  });
  test('a message nobody took is unconsumed', () => {
    expect(
      correlate(
        [
          span(1, undefined, 0, 10, {
            kind: 'producer',
            attributes: {
              'messaging.destination.name': 'orders',
              'messaging.message.type': 'order.created',
            },
          }),
        ],
        [],
      ).unconsumed,
    ).toEqual([{ producer: 0, queue: 'orders', message: 'order.created' }]);
  });
  test('a failure keeps its place whatever else arrives', () => {
    const request = correlate(
      [
        span(1, undefined, 0, 10, { status: 'error' }),
        span(2, 1, 1, 9, { status: 'error', events: exception('Boom') }),
      ],
      [line(1, 5)],
    );
    expect(request.tree.nodes.map((node) => node.span.status)).toEqual(['error', 'error']);
  });
});

describe('search windows', () => {
  const now = epochMs(Date.UTC(2026, 10, 22, 12));
  test.each([
    ['in steps', searchWindows],
    ['at once', wholeReachWindows],
  ] as const)(
    '%s cover the limit without gap or overlap, hinted or not, none longer than Tempo takes',
    (_, windowsOf) => {
      fc.assert(
        fc.property(
          fc.option(fc.integer({ min: -10 * 24 * HOUR_MS, max: 10 * MINUTE_MS }), {
            nil: undefined,
          }),
          fc.integer({ min: 1, max: 30 }),
          (back, days) => {
            const windows = windowsOf(
              now,
              days,
              back === undefined ? undefined : epochMs(now + back),
            );
            const sorted = [...windows].sort((a, b) => Number(a.startNs - b.startNs));
            const inside = sorted.filter(
              (window) => window.endNs > msToNs(now - days * 24 * HOUR_MS),
            );
            inside
              .slice(1)
              .forEach((window, index) => expect(window.startNs).toBe(inside[index]!.endNs));
            expect(nsToMs(sorted[0]!.startNs)).toBeLessThanOrEqual(now - days * 24 * HOUR_MS);
            expect(sorted.at(-1)!.endNs).toBeGreaterThanOrEqual(msToNs(now));
            for (const { startNs, endNs } of windows)
              expect(endNs - startNs).toBeLessThanOrEqual(BigInt(168 * HOUR_MS) * 1_000_000n);
          },
        ),
      );
    },
  );
  test('begin where the id says it was made', () => {
    const hint = epochMs(now - 30 * HOUR_MS);
    const [first] = searchWindows(now, 7, hint);
    expect(first!.startNs < msToNs(hint) && first!.endNs > msToNs(hint)).toBe(true);
  });
});

describe('the axis', () => {
  const busy = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 300 }))
      .map(([start, length]) => [start, Math.min(1000, start + length)] as const),
    { minLength: 1, maxLength: 10 },
  );
  test('goes there and back, and never backwards', () => {
    fc.assert(
      fc.property(
        busy,
        fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 2 }),
        (intervals, offsets) => {
          const axis = axisOver(foldGaps(intervals, 0, 1000), 0, 1000, 0.04);
          const sorted = [...offsets].sort((a, b) => a - b);
          sorted.forEach((offset, index) => {
            const x = axis.x(offset);
            expect(x).toBeGreaterThanOrEqual(-1e-9);
            expect(x).toBeLessThanOrEqual(1 + 1e-9);
            expect(axis.offset(x)).toBeCloseTo(offset, 3);
            if (index) expect(x).toBeGreaterThanOrEqual(axis.x(sorted[index - 1]!) - 1e-9);
          });
        },
      ),
    );
  });
  test('only a long empty gap is folded', () => {
    expect(
      foldGaps(
        [
          [0, 10],
          [90, 100],
        ],
        0,
        100,
      ).map((segment) => segment.folded),
    ).toEqual([false, true, false]);
    expect(
      foldGaps(
        [
          [0, 45],
          [60, 100],
        ],
        0,
        100,
      ).map((segment) => segment.folded),
    ).toEqual([false]);
  });
  test('forty minutes in a queue leave the bars legible', () => {
    const axis = axisOver(
      foldGaps(
        [
          [0, 100],
          [2_400_100, 2_400_200],
        ],
        0,
        2_400_200,
      ),
      0,
      2_400_200,
      0.035,
    );
    expect(axis.x(100)).toBeGreaterThan(0.4);
  });
  test('ticks are few and never inside a fold', () => {
    fc.assert(
      fc.property(busy, (intervals) => {
        const segments = foldGaps(intervals, 0, 1000);
        const marks = ticks(axisOver(segments, 0, 1000, 0.04), 6);
        expect(marks.length).toBeLessThan(20);
        for (const mark of marks)
          expect(
            segments.some((segment) => segment.folded && mark > segment.from && mark < segment.to),
          ).toBe(false);
      }),
    );
  });
});

test('columns read back as they were written', () => {
  fc.assert(
    fc.property(heaps, (spans) => {
      const columns = columnsOf(correlate(spans, []));
      expect(decodeColumns(encodeColumns(columns).buffer)).toEqual(columns);
    }),
  );
});
test('bytes that are no columns are refused', () => {
  expect(() => decodeColumns(new ArrayBuffer(4))).toThrow(RangeError);
  expect(() => decodeColumns(new ArrayBuffer(64))).toThrow(RangeError);
});
test('children are listed under their parents', () =>
  expect(
    childrenOf(buildTree([span(1, undefined, 0, 9), span(2, 1, 1, 2), span(3, 1, 3, 4)]).nodes),
  ).toEqual([[1, 2], [], []]));
