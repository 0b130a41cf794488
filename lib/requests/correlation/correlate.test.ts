import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlate, signatureOf } from './correlate';
import { heaps } from './heaps.fixture';
import { exception, line, span } from './spans.fixture';

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

describe('the axis of a request', () => {
  const minute = 60_000;
  const axisOf = (...at: number[]) => {
    const spans = [span(1, undefined, 0, 100)];
    const { originNs, durationNs } = correlate(
      spans,
      at.map((ms, index) => line(index, ms)),
    );
    return [Number(originNs - spans[0]!.startNs) / 1e6, durationNs / 1e6];
  };
  test('reaches over lines up to a minute before and after its spans, not further', () => {
    expect(axisOf(-5, 120)).toEqual([-5, 125]);
    expect(axisOf(-minute, 100 + minute)).toEqual([-minute, 100 + 2 * minute]);
    expect(axisOf(-minute - 1, 101 + minute)).toEqual([0, 100]);
  });
  test('of lines alone reaches over all of them', () => {
    const request = correlate([], [line(1, 500), line(2, 0), line(3, 600_000)]);
    expect(request.originNs).toBe(line(0, 0).timeNs);
    expect(request.durationNs).toBe(600_000e6);
    expect(request.lines.map(({ offset }) => offset / 1e6)).toEqual([0, 500, 600_000]);
  });
  test('of nothing is empty', () =>
    expect(correlate([], [])).toMatchObject({ originNs: 0n, durationNs: 0 }));
  test('lines stretch it on the clock of their host set right', () => {
    const request = correlate(
      [
        span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
        span(2, 1, 5020, 5080, { kind: 'server', host: 'b' }),
      ],
      [line(1, 5150, { resource: { 'k8s.pod.name': 'b' } })],
    );
    expect(request.durationNs).toBe(150e6);
  });
  test('what a consumer did later is not on the critical path, what a worker below did is', () => {
    const request = correlate(
      [
        span(1, undefined, 0, 100, { kind: 'producer' }),
        span(2, 1, 10, 300, { kind: 'consumer' }),
        span(3, 1, 20, 90, { kind: 'client' }),
        span(4, 1, 20, 40),
      ],
      [],
    );
    expect(request.critical).toEqual([true, false, true, false]);
  });
});

test('traces are attempts of each other only after one failed, and of one operation', () => {
  const root = { kind: 'server', name: 'POST /pay' } as const;
  const attemptsOf = (first: object, second: object) =>
    correlate(
      [
        span(1, undefined, 0, 10, { ...root, ...first, trace: 1 }),
        span(2, undefined, 20, 30, { ...root, ...second, trace: 2 }),
      ],
      [],
    ).laneAttempts;
  expect(attemptsOf({ status: 'error' }, {})).toEqual([
    { number: 1, of: 2 },
    { number: 2, of: 2 },
  ]);
  expect(attemptsOf({}, {})).toEqual([null, null]);
  expect(attemptsOf({ status: 'error' }, { name: 'GET /pay' })).toEqual([null, null]);
  expect(attemptsOf({ status: 'error' }, { service: 'bank' })).toEqual([null, null]);
});
test('an attempt is numbered among its siblings', () => {
  const failed = { name: 'GET /', kind: 'client', status: 'error' } as const;
  const { attemptOf } = correlate(
    [span(1, undefined, 0, 100), span(2, 1, 0, 10, failed), span(3, 1, 20, 30, failed)],
    [],
  );
  expect([...attemptOf]).toEqual([
    [1, { number: 1, of: 2 }],
    [2, { number: 2, of: 2 }],
  ]);
});
test('the signature of a span is its service, its name and what went wrong', () =>
  expect(
    signatureOf(span(1, undefined, 0, 1, { status: 'error', events: exception('Boom') })),
  ).toBe('shop · work 1 · Boom'));
