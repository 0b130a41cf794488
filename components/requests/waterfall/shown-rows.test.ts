import { expect, test } from 'vitest';
import { shownRows } from './shown-rows';

test('the focused row stays in the document, in its place', () => {
  expect(shownRows([10, 11, 12], 11)).toEqual([10, 11, 12]);
  expect(shownRows([10, 11, 12], 2)).toEqual([2, 10, 11, 12]);
  expect(shownRows([10, 11, 12], 40)).toEqual([10, 11, 12, 40]);
});

test('without rows nothing is focused', () => {
  expect(shownRows([], -1)).toEqual([]);
});
