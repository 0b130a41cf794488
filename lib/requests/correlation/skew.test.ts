import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlate } from './correlate';
import { estimateSkew } from './skew';
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
