import { expect, test } from 'vitest';
import { changesSummary, episodesSummary } from './window-events';

const alerts = (...names: string[]) => names.map((name) => ({ name }));
const changes = (...objects: string[]) => objects.map((object) => ({ object }));

test('alerts are counted, and named once each', () => {
  expect(episodesSummary([])).toBe('No alert was open in this time');
  expect(episodesSummary(alerts('PodsPending'))).toBe('1 alert was open: PodsPending');
  expect(episodesSummary(alerts('A', 'B', 'A'))).toBe('3 alerts were open: A, B');
});

test('changes are counted, and the first four objects named', () => {
  expect(changesSummary([])).toBe('No changes in this time');
  expect(changesSummary(changes('Pod a'))).toBe('1 change: Pod a');
  expect(changesSummary(changes('a', 'b', 'a', 'c', 'd', 'e'))).toBe('6 changes: a, b, c, d');
});
