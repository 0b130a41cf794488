import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { heaps } from './heaps.fixture';
import { span } from './spans.fixture';
import { buildTree, childrenOf } from './tree';

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

test('children are listed under their parents', () =>
  expect(
    childrenOf(buildTree([span(1, undefined, 0, 9), span(2, 1, 1, 2), span(3, 1, 3, 4)]).nodes),
  ).toEqual([[1, 2], [], []]));
