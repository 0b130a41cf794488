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

describe('the shift of one host', () => {
  const MS = 1e6;
  /** A call from host a, 0 to 100 ms, to a server of host b, at these times of its clock. */
  const called = (id: number, startMs: number, endMs: number, at = 0) => [
    span(id, undefined, at, at + 100, { kind: 'client', host: 'a', trace: id }),
    span(id + 1, id, at + startMs, at + endMs, { kind: 'server', host: 'b', trace: id }),
  ];
  const skewOf = (...calls: Span[][]) => estimateSkew(buildTree(calls.flat()).nodes);

  test('is the middle of what fits', () => {
    expect(skewOf(called(1, 220, 280)).get('b')).toBe(-200 * MS);
    expect(skewOf(called(1, 200, 300)).get('b')).toBe(-200 * MS);
  });
  test('is what fits all calls at once', () =>
    expect(skewOf(called(1, 220, 280), called(3, 190, 280, 1000)).get('b')).toBe(-185 * MS));
  test('is none within a millisecond, which is noise', () => {
    expect(skewOf(called(1, -1, 50)).size).toBe(0);
    expect(skewOf(called(1, 50, 101)).size).toBe(0);
    expect(skewOf(called(1, -1.5, 50)).get('b')).toBe(25.75 * MS);
    expect(skewOf(called(1, 50, 101.5)).get('b')).toBe(-25.75 * MS);
  });
  test('is the median of the calls where no shift fits all, unless that is noise', () => {
    const calls = [
      called(1, 320, 380),
      called(3, 120, 180, 1000),
      called(5, 220, 280, 2000),
    ] as const;
    expect(skewOf(...calls).get('b')).toBe(-200 * MS);
    const noisy = [called(1, 200, 260), called(3, 20.5, 80.5, 1000), called(5, -260, -200, 2000)];
    expect(skewOf(...noisy).size).toBe(0);
  });
  test('adds up along the calls, whatever their order', () => {
    const chain = [
      span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
      span(2, 1, 200, 300, { kind: 'server', host: 'b' }),
      span(3, 2, 210, 290, { kind: 'client', host: 'b' }),
      span(4, 3, 510, 590, { kind: 'server', host: 'c' }),
      span(5, 4, 520, 580, { kind: 'client', host: 'c' }),
      span(6, 5, 520, 580, { kind: 'server', host: 'd' }),
    ];
    const shifts = { b: -200 * MS, c: -500 * MS, d: -500 * MS };
    expect(Object.fromEntries(estimateSkew(buildTree(chain).nodes))).toEqual(shifts);
    const inner = { ...chain[2]!, traceId: span(1, undefined, 0, 0, { trace: 2 }).traceId };
    const outside = [
      { ...inner, parentSpanId: undefined, startNs: epochNs(chain[0]!.startNs - 1n) },
      { ...chain[3]!, traceId: inner.traceId },
      ...chain.slice(0, 2),
    ];
    expect(Object.keys(Object.fromEntries(estimateSkew(buildTree(outside).nodes))).sort()).toEqual([
      'b',
      'c',
    ]);
  });
  test('where every host is called, begins at the host of the first span', () => {
    const circle = [
      span(1, undefined, 0, 100, { kind: 'client', host: 'a' }),
      span(2, 1, 200, 300, { kind: 'server', host: 'b' }),
      span(3, 2, 210, 290, { kind: 'client', host: 'b' }),
      span(4, 3, 10, 90, { kind: 'server', host: 'a' }),
    ];
    expect(Object.fromEntries(estimateSkew(buildTree(circle).nodes))).toEqual({ b: -200 * MS });
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
  test('nothing gives none', () => expect(estimateSkew([]).size).toBe(0));
});

test('the host is the pod, else the machine, else the instance, else the service', () => {
  const names = { 'host.name': 'node-1', 'service.instance.id': 'i-1' };
  expect(hostOf({ 'k8s.pod.name': 'pod-1', ...names }, 'shop')).toBe('pod-1');
  expect(hostOf({ 'k8s.pod.name': '', ...names }, 'shop')).toBe('node-1');
  expect(hostOf({ 'host.name': 7, 'service.instance.id': 'i-1' }, 'shop')).toBe('i-1');
  expect(hostOf({}, 'shop')).toBe('shop');
});
