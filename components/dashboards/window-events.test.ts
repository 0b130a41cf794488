import { expect, test } from 'vitest';
import { changesSummary, episodesSummary } from './window-events';

const alerts = (...names: string[]) => names.map((name) => ({ name }));
const changes = (...objects: string[]) => objects.map((object) => ({ object }));

test('alerts are counted, and named once each', () => {
  expect(episodesSummary([], true)).toBe('No alert was open in this time');
  expect(episodesSummary(alerts('PodsPending'), true)).toBe('1 alert was open: PodsPending');
  expect(episodesSummary(alerts('A', 'B', 'A'), true)).toBe('3 alerts were open: A, B');
});

test('changes are counted, and the first four objects named', () => {
  expect(changesSummary([], true)).toBe('No changes in this time');
  expect(changesSummary(changes('Pod a'), true)).toBe('1 change: Pod a');
  expect(changesSummary(changes('a', 'b', 'a', 'c', 'd', 'e'), true)).toBe('6 changes: a, b, c, d');
});

test('what its source did not tell is not said to be nothing', () => {
  expect(episodesSummary([], false)).toBe('Which alerts were open is not known');
  expect(changesSummary([], false)).toBe('What changed is not known');
});
