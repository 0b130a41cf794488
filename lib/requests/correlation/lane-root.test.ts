import { expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { laneRoot } from './lane-root';
import { span } from './spans.fixture';
import { buildTree } from './tree';

const rootOf = (spans: Span[], lane = 0) => {
  const tree = buildTree(spans);
  return Number(`0x${tree.nodes[laneRoot(tree, lane)]!.span.spanId}`);
};

test('a lane is about its span without a parent, though others seem to begin before', () => {
  expect(rootOf([span(2, 9, 0, 10), span(3, 2, 1, 2), span(1, undefined, 5, 20)])).toBe(1);
  expect(rootOf([span(1, undefined, 5, 20), span(4, undefined, 6, 7)])).toBe(1);
});
test('a lane without one is about the first whose parent was not found', () =>
  expect(rootOf([span(2, 9, 0, 10), span(3, 9, 1, 2)])).toBe(2));
test('another lane has no part in it', () =>
  expect(rootOf([span(2, 9, 0, 10), span(1, undefined, 5, 20, { trace: 2 })])).toBe(2));
