import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlate } from './correlate';
import type { Span } from '@/lib/telemetry/model';
import { epochNs } from '@/lib/time/units';
import { estimateSkew, hostOf } from './skew';
import { line, span } from './spans.fixture';
import { buildTree } from './tree';

describe('clock skew', () => {
  const call = (shiftMs: number) => [
    span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
    span(2, 1, 20 + shiftMs, 60 + shiftMs, { kind: 'server', host: 'b' }),
    span(3, 2, 30 + shiftMs, 50 + shiftMs, { kind: 'client', host: 'b' }),
    span(4, 3, 35 + shiftMs, 45 + shiftMs, { kind: 'server', host: 'c' }),
  ];
  test('clocks that fit are left alone', () =>
    expect(estimateSkew(buildTree(call(0)).nodes).size).toBe(0));
  test('whatever the shift beyond the length of a call, calls lie inside their callers', () => {
    const shifts = fc.integer({ min: 200, max: 100_000 });
    fc.assert(
      fc.property(shifts, fc.boolean(), (shift, isBehind) => {
        const request = correlate(call(isBehind ? -shift : shift), []);
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
    expect(Math.abs(skew.get('b')!.shiftNs + 4.21e9)).toBeLessThan(50e6);
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

describe('the shift of one host', () => {
  const MS = 1e6;
  /** A call from host a, 0 to 100 ms, to a server of host b, at these times of its clock. */
  const called = (
    id: number,
    startMs: number,
    endMs: number,
    at = 0,
    client: Partial<Span> = {},
  ) => [
    span(id, undefined, at, at + 100, { kind: 'client', host: 'a', trace: id, ...client }),
    span(id + 1, id, at + startMs, at + endMs, { kind: 'server', host: 'b', trace: id }),
  ];
  const skewOf = (...calls: Span[][]) => estimateSkew(buildTree(calls.flat()).nodes);
  const shiftsOf = (...calls: Span[][]) =>
    Object.fromEntries([...skewOf(...calls)].map(([host, { shiftNs }]) => [host, shiftNs / MS]));

  test('is the middle of what fits', () => {
    expect(shiftsOf(called(1, 220, 280))).toEqual({ b: -200 });
    expect(shiftsOf(called(1, 200, 300))).toEqual({ b: -200 });
    expect(shiftsOf(called(1, -280, -220))).toEqual({ b: 300 });
  });
  test('is what fits all calls at once, and says how many they are', () =>
    expect(skewOf(called(1, 220, 280), called(3, 190, 280, 1000)).get('b')).toEqual({
      shiftNs: -185 * MS,
      calls: 2,
    }));
  test('of a server that took longer than its call is told by its start alone', () =>
    expect(shiftsOf(called(1, 1000, 9000))).toEqual({ b: -950 }));
  test('of a client that gave up is what its server was early by', () => {
    const gaveUp = { status: 'error', outcome: 'failed' } as const;
    expect(shiftsOf(called(1, -500, -100, 0, gaveUp))).toEqual({ b: 500 });
  });
  test('is none up to the time that the fastest call was on its way', () => {
    expect(shiftsOf(called(1, -50, 0))).toEqual({});
    expect(shiftsOf(called(1, -50.1, -0.2))).toEqual({});
    expect(shiftsOf(called(1, -50.1, 0))).toEqual({ b: 75.05 });
    expect(shiftsOf(called(1, 150, 200))).toEqual({});
    expect(shiftsOf(called(1, 150.1, 200.2))).toEqual({ b: -125.15 });
  });
  test('is none within five milliseconds of one call, within one of several', () => {
    const early = (id: number, ms: number) => called(id, -ms, 100 - ms, id * 1000);
    expect(shiftsOf(early(1, 5))).toEqual({});
    expect(shiftsOf(early(1, 5.1))).toEqual({ b: 5.1 });
    expect(shiftsOf(early(1, 1), early(3, 1))).toEqual({});
    expect(shiftsOf(early(1, 1.1), early(3, 1.1))).toEqual({ b: 1.1 });
  });
  test('is claimed where at least half of the calls show it', () => {
    const early = called(1, -20, 80);
    const fitting = [3, 5].map((id) => called(id, 0, 60, id * 1000));
    expect(shiftsOf(early, fitting[0]!)).toEqual({ b: 20 });
    expect(shiftsOf(early, ...fitting)).toEqual({});
  });
  test('is none where the calls contradict each other', () => {
    expect(shiftsOf(called(1, 320, 380), called(3, 120, 180, 1000))).toEqual({});
    expect(shiftsOf(called(1, 320, 380), called(3, 220.5, 290, 1000))).toEqual({ b: -220.25 });
  });
  test('is none where a call back says otherwise', () => {
    const back = [
      span(21, undefined, 0, 100, { kind: 'client', host: 'b', trace: 21 }),
      span(22, 21, 20, 60, { kind: 'server', host: 'a', trace: 21 }),
    ];
    expect(shiftsOf(called(1, 220, 280), back)).toEqual({});
  });
  test('of a server that took longer shows beyond the length of its call only', () =>
    expect(shiftsOf(called(1, 150, 300))).toEqual({}));
  test('of a client that gave up shows beyond its whole length only', () => {
    const gaveUp = { status: 'error', outcome: 'failed' } as const;
    expect(shiftsOf(called(1, -60, 0, 0, gaveUp))).toEqual({});
    expect(shiftsOf(called(1, -101, -41, 0, gaveUp))).toEqual({ b: 101 });
  });
  test('is that of its caller where the call between them shows no more', () =>
    expect(
      shiftsOf([
        ...called(1, 4000, 4100),
        span(3, 2, 4010, 4050, { kind: 'client', host: 'b' }),
        span(4, 3, 4007, 4047, { kind: 'server', host: 'c' }),
      ]),
    ).toEqual({ b: -4000, c: -4000 }));
  test('is told where other spans stand below the client too', () => {
    const [client, server] = called(1, 220, 280);
    expect(shiftsOf([client!, server!, span(9, 1, 0, 1, { host: 'a' })])).toEqual({ b: -200 });
  });
  test('in a circle of three is told from the host of the first span', () =>
    expect(
      shiftsOf([
        span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
        span(2, 1, 200, 300, { kind: 'server', host: 'b' }),
        span(3, 2, 200, 300, { kind: 'client', host: 'b' }),
        span(4, 3, 0, 100, { kind: 'server', host: 'c' }),
        span(5, 4, 0, 100, { kind: 'client', host: 'c' }),
        span(6, 5, 0, 100, { kind: 'server', host: 'a' }),
      ]),
    ).toEqual({ b: -200 }));
  test.each([4020, -4020])(
    'is none where two callers disagree, nor is any over that host',
    (ms) => {
      const other = [
        span(11, undefined, 0, 100, { kind: 'client', host: 'x', trace: 11 }),
        span(12, 11, 20, 60, { kind: 'server', host: 'b', trace: 11 }),
        span(13, 12, 30, 50, { kind: 'client', host: 'b', trace: 11 }),
        span(14, 13, 35, 45, { kind: 'server', host: 'c', trace: 11 }),
      ];
      expect(shiftsOf(called(1, ms, ms + 40), other)).toEqual({});
    },
  );
  test('adds up along the calls, whatever their order', () => {
    const chain = [
      span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
      span(2, 1, 200, 300, { kind: 'server', host: 'b' }),
      span(3, 2, 210, 290, { kind: 'client', host: 'b' }),
      span(4, 3, 510, 590, { kind: 'server', host: 'c' }),
      span(5, 4, 520, 580, { kind: 'client', host: 'c' }),
      span(6, 5, 520, 580, { kind: 'server', host: 'd' }),
    ];
    expect(shiftsOf(chain)).toEqual({ b: -200, c: -500, d: -500 });
    const inner = { ...chain[2]!, traceId: span(1, undefined, 0, 0, { trace: 2 }).traceId };
    const outside = [
      { ...inner, parentSpanId: undefined, startNs: epochNs(chain[0]!.startNs - 1n) },
      { ...chain[3]!, traceId: inner.traceId },
      ...chain.slice(0, 2),
    ];
    expect(Object.keys(shiftsOf(outside)).sort()).toEqual(['b', 'c']);
  });
  test('is none for a host that may be right although its caller is not', () => {
    const long = [
      span(3, 2, 4000, 9000, { kind: 'client', host: 'b' }),
      span(4, 3, 4100, 4200, { kind: 'server', host: 'c' }),
    ];
    const short = [
      span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
      span(2, 1, 4020, 4060, { kind: 'server', host: 'b' }),
    ];
    expect(shiftsOf([...short, ...long])).toEqual({ b: -3990 });
  });
  test('where every host is called, begins at the host of the first span', () => {
    const circle = [
      span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
      span(2, 1, 200, 300, { kind: 'server', host: 'b' }),
      span(3, 2, 210, 290, { kind: 'client', host: 'b' }),
      span(4, 3, 10, 90, { kind: 'server', host: 'a' }),
    ];
    expect(shiftsOf(circle)).toEqual({ b: -200 });
  });
  test('comes only from a server called by a client of another host', () => {
    const of = (client: Partial<Span>, server: Partial<Span> & { host: string }) =>
      estimateSkew(
        buildTree([
          span(1, undefined, 0, 100, { kind: 'client', host: 'a', ...client }),
          span(2, 1, 220, 280, { kind: 'server', ...server }),
        ]).nodes,
      ).size;
    expect(of({}, { host: 'b' })).toBe(1);
    expect(of({}, { host: 'a' })).toBe(0);
    expect(of({ kind: 'internal' }, { host: 'b' })).toBe(0);
    expect(of({}, { host: 'b', kind: 'internal' })).toBe(0);
  });
  test('comes only from calls that ended, at times that can be true', () => {
    const { startNs } = span(1, undefined, 0, 0);
    const implausible = { reason: 'too_early', startNs, endNs: startNs } as const;
    for (const flaw of [{ ended: false }, { implausible }]) {
      expect(skewOf(called(1, 220, 280, 0, flaw)).size).toBe(0);
      const [client, server] = called(1, 220, 280);
      expect(skewOf([client!, { ...server!, ...flaw }]).size).toBe(0);
    }
  });
  test.each([
    ['gave up', { status: 'error', outcome: 'failed' }, 0],
    ['has no code of an answer', { attributes: { 'http.request.method': 'GET' } }, 0],
    ['has none by the old name', { attributes: { 'http.method': 'GET' } }, 0],
    [
      'was told by a proxy that it took too long',
      { attributes: { 'http.response.status_code': 504 } },
      0,
    ],
    [
      'was answered',
      { attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200 } },
      1,
    ],
    [
      'was answered with a failure',
      { outcome: 'failed', attributes: { 'http.response.status_code': 500 } },
      1,
    ],
  ] as const)('of a server that began after a client that %s', (_, client, size) =>
    expect(skewOf(called(1, 220, 280, 0, client)).size).toBe(size),
  );
  test('comes from no attempt that another may have answered for', () => {
    const [client, server] = called(1, 220, 280);
    const sibling = span(9, 1, 20, 60, { kind: 'server', host: 'c', trace: 1 });
    expect(skewOf([client!, server!, sibling]).size).toBe(0);
  });
  test('nothing gives none', () => expect(estimateSkew([]).size).toBe(0));
});

/** A hundred calls of one client to a server whose clock is off, some of which it gave up. */
const calls = fc.array(
  fc.record({
    length: fc.integer({ min: 1, max: 500 }),
    before: fc.double({ min: 0, max: 1, noNaN: true }),
    works: fc.integer({ min: 0, max: 2000 }),
    gaveUp: fc.boolean(),
  }),
  { minLength: 1, maxLength: 20 },
);
const spansOf = (rows: ReturnType<typeof calls.generate>['value'], shiftMs: number) =>
  rows.flatMap(({ length, before, works, gaveUp }, index) => {
    const [id, at] = [index * 2 + 1, index * 5_000];
    const outcome = gaveUp ? ('failed' as const) : ('good' as const);
    // A server begins late after a client that gave up, and may work on after any.
    const begins = at + before * (gaveUp ? 3 * length : length) + shiftMs;
    return [
      span(id, undefined, at, at + length, { kind: 'client', host: 'a', trace: id, outcome }),
      span(id + 1, id, begins, begins + works, { kind: 'server', host: 'b', trace: id }),
    ];
  });

test('clocks that agree are never said to differ, whatever is late, given up or goes on', () => {
  fc.assert(
    fc.property(
      calls,
      (rows) => void expect(estimateSkew(buildTree(spansOf(rows, 0)).nodes).size).toBe(0),
    ),
  );
});
test('a clock that is off is told by no more than the calls leave open', () => {
  fc.assert(
    fc.property(
      calls.filter((rows) => rows.every(({ gaveUp }) => !gaveUp)),
      fc.integer({ min: 1_500, max: 100_000 }),
      fc.boolean(),
      (rows, offMs, isBehind) => {
        const shiftMs = isBehind ? -offMs : offMs;
        const found = estimateSkew(buildTree(spansOf(rows, shiftMs)).nodes).get('b');
        expect(found?.calls).toBe(rows.length);
        const shortest = Math.min(...rows.map(({ length }) => length));
        expect(Math.abs(found!.shiftNs / 1e6 + shiftMs)).toBeLessThanOrEqual(shortest + 0.01);
      },
    ),
  );
});

test('the host is the node, else the pod, else the machine, else the service', () => {
  const names = { 'host.name': 'machine-1', 'host.id': 'id-1', 'service.instance.id': 'i-1' };
  expect(hostOf({ 'k8s.node.name': 'node-1', 'k8s.pod.name': 'pod-1', ...names }, 'shop')).toBe(
    'node-1',
  );
  expect(hostOf({ 'k8s.pod.name': 'pod-1', ...names }, 'shop')).toBe('pod-1');
  expect(hostOf({ 'k8s.pod.name': '', ...names }, 'shop')).toBe('machine-1');
  expect(hostOf({ 'host.name': 7, 'host.id': 'id-1' }, 'shop')).toBe('id-1');
  expect(hostOf({ 'service.instance.id': 'i-1' }, 'shop')).toBe('shop');
  expect(hostOf({}, 'shop')).toBe('shop');
});
