import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { spanIdentity } from '@/lib/telemetry/span-identity';
import { heaps } from './heaps.fixture';
import { span } from './spans.fixture';
import { buildTree, childrenOf, rowIdOf } from './tree';

const keyOf = (each: Span) => spanIdentity(each);

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
  test('every span has a row id of its own, which does not depend on the order spans arrive in', () => {
    fc.assert(
      fc.property(heaps, (spans) => {
        const idsOf = (heap: readonly Span[]) => {
          const tree = buildTree(heap);
          return tree.nodes.map(({ span: each }) => `${keyOf(each)} ${rowIdOf(tree, each)}`).sort();
        };
        const ids = idsOf(spans);
        expect(new Set(ids.map((id) => id.split(' ').at(-1))).size).toBe(ids.length);
        expect(idsOf(spans.toReversed())).toEqual(ids);
      }),
    );
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

describe('siblings and lanes', () => {
  // Mutants that survive and are equivalent: a node's `end` is set anew when its subtree closes;
  // a span that is placed is not placed again; its own id is always known.
  const idsOf = (spans: Span[]) =>
    buildTree(spans).nodes.map((node) => Number.parseInt(node.span.spanId, 16));
  test('children come by start, of those that start together the longest first, then by id', () => {
    const root = span(1, undefined, 0, 100);
    expect(
      idsOf([root, span(5, 1, 20, 30), span(4, 1, 10, 20), span(3, 1, 10, 30), span(2, 1, 10, 20)]),
    ).toEqual([1, 3, 2, 4, 5]);
    expect(idsOf([root, span(2, 1, 10, 20), span(4, 1, 10, 20)])).toEqual([1, 2, 4]);
  });
  test('lanes come by their first span', () => {
    const { lanes } = buildTree([
      span(1, undefined, 50, 60, { trace: 1 }),
      span(2, undefined, 10, 20, { trace: 2 }),
      span(3, 2, 12, 15, { trace: 2 }),
    ]);
    expect(lanes.map(({ traceId, from, to }) => [Number(`0x${traceId}`), from, to])).toEqual([
      [2, 0, 2],
      [1, 2, 3],
    ]);
  });
  test('the end of a node is one past its subtree', () => {
    const { nodes } = buildTree([
      span(1, undefined, 0, 100),
      span(2, 1, 10, 50),
      span(3, 2, 20, 30),
      span(4, 1, 60, 70),
    ]);
    expect(nodes.map((node) => [node.depth, node.end])).toEqual([
      [0, 4],
      [1, 3],
      [2, 3],
      [1, 4],
    ]);
  });
  test('a span that came twice is kept as it ended last', () => {
    for (const ends of [
      [10, 20],
      [20, 10],
    ] as const) {
      const { nodes } = buildTree(ends.map((end) => span(1, undefined, 0, end)));
      expect(nodes.map((node) => node.span.endNs)).toEqual([span(1, undefined, 0, 20).endNs]);
    }
  });
  test('a root is no orphan, nor is a child whose parent is there', () => {
    const { nodes } = buildTree([span(1, undefined, 0, 9), span(2, 1, 1, 2)]);
    expect(nodes.map((node) => node.orphan)).toEqual([false, false]);
  });
  test('a circle of parents is cut at its earliest span, and comes after what has a root', () => {
    const { nodes } = buildTree([
      span(1, undefined, 50, 60),
      span(2, 3, 20, 30),
      span(3, 2, 10, 40),
    ]);
    expect(nodes.map((node) => [Number(`0x${node.span.spanId}`), node.parent])).toEqual([
      [1, -1],
      [3, -1],
      [2, 1],
    ]);
  });
  test('a span that is its own parent stands on top', () =>
    expect(buildTree([span(1, 1, 0, 9)]).nodes).toMatchObject([{ parent: -1, depth: 0 }]));
  test('only a server shares the id of its client: others keep their own parent', () => {
    const { nodes } = buildTree([
      span(1, undefined, 0, 100),
      span(2, 1, 10, 20, { kind: 'client' }),
      span(2, 1, 12, 18, { kind: 'internal' }),
      span(3, 1, 30, 40, { kind: 'producer' }),
      span(3, 1, 32, 38, { kind: 'server' }),
    ]);
    expect(nodes.map((node) => [node.span.kind, node.parent])).toEqual([
      ['internal', -1],
      ['client', 0],
      ['internal', 0],
      ['producer', 0],
      ['server', 0],
    ]);
  });
});

describe('spans that share an id', () => {
  const root = span(1, undefined, 0, 100, { service: 'edge', kind: 'server' });
  const reviews = span(2, 1, 5, 40, { service: 'reviews', kind: 'server' });
  const ratings = span(2, 1, 10, 60, { service: 'ratings', kind: 'server' });
  const placesOf = (...spans: Span[]) =>
    buildTree(spans).nodes.map(({ span: { service, kind }, parent, isParentDoubtful }) =>
      [service, kind, parent, ...(isParentDoubtful ? ['doubtful'] : [])].join(' '),
    );

  test.each([0, 0.000_001])('a client and its server %s ms later are both there', (laterMs) => {
    const client = span(2, 1, 5, 40, { service: 'edge', kind: 'client' });
    const server = span(2, 1, 5 + laterMs, 40, { service: 'orders', kind: 'server' });
    expect(placesOf(server, root, client)).toEqual([
      'edge server -1',
      'edge client 0',
      'orders server 1',
    ]);
  });
  test('two services with one id are both there, under the parent they name', () => {
    expect(placesOf(ratings, reviews, root)).toEqual([
      'edge server -1',
      'reviews server 0',
      'ratings server 0',
    ]);
  });
  test('what is below them belongs to the one of its service', () => {
    const query = span(3, 2, 12, 20, { service: 'ratings', kind: 'client' });
    expect(placesOf(root, reviews, ratings, query)).toEqual([
      'edge server -1',
      'reviews server 0',
      'ratings server 0',
      'ratings client 2',
    ]);
  });
  test('where nothing tells to which of them it belongs, it is doubtful', () => {
    const stock = span(3, 2, 12, 20, { service: 'stock', kind: 'server' });
    expect(placesOf(root, reviews, ratings, stock)).toEqual([
      'edge server -1',
      'reviews server 0',
      'stock server 1 doubtful',
      'ratings server 0',
    ]);
  });
  test('the first is named by its ids alone, the others have a mark that is always the same', () => {
    const tree = buildTree([ratings, reviews]);
    const plain = `${reviews.traceId}.${reviews.spanId}`;
    expect(tree.nodes.map((node) => rowIdOf(tree, node.span))).toEqual([
      plain,
      expect.stringMatching(new RegExp(`^${plain}\\.[0-9a-f]{12}$`)),
    ]);
    const later = buildTree([ratings, reviews, span(2, 1, 7, 8, { service: 'third' })]);
    expect(rowIdOf(later, ratings)).toBe(rowIdOf(tree, ratings));
  });
  test('one id for everything is drawn in a moment', () => {
    const spans = Array.from({ length: 20_000 }, (_, index) => span(2, 1, index, index + 1));
    const below = Array.from({ length: 20_000 }, (_, index) => span(3, 2, index, index + 1));
    expect(buildTree([root, ...spans, ...below]).nodes).toHaveLength(40_001);
  });
});
