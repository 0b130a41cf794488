import { expect, test } from 'vitest';
import { answerable, groupAlerts, unacknowledged } from './alert-groups';
import { episodeRow } from './episode-rows.fixture';

const rows = new Map(
  [
    episodeRow('1', { service: 'edge' }),
    episodeRow('2', { service: 'checkout', state: 'acknowledged' }),
    episodeRow('3', { service: 'edge', state: 'resolved' }),
    episodeRow('4', { service: null }),
  ].map((row) => [row.id, row]),
);
const ids = [...rows.keys()];
const all = new Set(ids);

test('groups stand where their first alert stands, and keep the order within', () => {
  expect(groupAlerts(ids, rows, 'service')).toEqual([
    { title: 'edge', ids: ['1', '3'] },
    { title: 'checkout', ids: ['2'] },
    { title: 'none', ids: ['4'] },
  ]);
});
test('by severity they are grouped by rank, whatever word each has', () => {
  const words = new Map(
    [
      episodeRow('1', { severity: 'p1', severityRank: 'critical' }),
      episodeRow('2', { severity: 'purple', severityRank: 'unknown' }),
      episodeRow('3', { severity: 'critical', severityRank: 'critical' }),
    ].map((row) => [row.id, row]),
  );
  expect(groupAlerts([...words.keys()], words, 'severity')).toEqual([
    { title: 'critical', ids: ['1', '3'] },
    { title: 'unknown', ids: ['2'] },
  ]);
});
test('not grouped, everything is one group without a title', () => {
  expect(groupAlerts(ids, rows, 'none')).toEqual([{ title: '', ids }]);
});
test('what is resolved or no longer matches cannot be answered', () => {
  expect(answerable(ids, rows, all)).toEqual(['1', '2', '4']);
  expect(answerable(ids, rows, new Set(['2', '3']))).toEqual(['2']);
});
test('many at once are only those that nobody has', () => {
  expect(unacknowledged(ids, rows, all)).toEqual(['1', '4']);
});
