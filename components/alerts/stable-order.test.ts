import { expect, test } from 'vitest';
import { episodeList, episodeRow } from './episode-rows.fixture';
import { countNew, orderAsListed, updateOrder } from './stable-order';

const first = orderAsListed(episodeList(episodeRow('1'), episodeRow('2')), 'q=a');

test('rows keep their place while what they say changes', () => {
  const newer = episodeList(episodeRow('2', { state: 'acknowledged' }), episodeRow('1'));
  const updated = updateOrder(first, newer, 'q=a');
  expect(updated.order).toEqual(['1', '2']);
  expect(updated.rows.get('2')?.state).toBe('acknowledged');
});
test('a new alert waits to be shown and is counted', () => {
  const newer = episodeList(episodeRow('3'), episodeRow('1'), episodeRow('2'));
  const updated = updateOrder(first, newer, 'q=a');
  expect(updated.order).toEqual(['1', '2']);
  expect(countNew(updated, newer)).toBe(1);
  expect(countNew(orderAsListed(newer, 'q=a'), newer)).toBe(0);
});
test('an alert that no longer matches stays with what was last known of it', () => {
  const updated = updateOrder(first, episodeList(episodeRow('2')), 'q=a');
  expect(updated.order).toEqual(['1', '2']);
  expect(updated.rows.get('1')?.name).toBe('Alert1');
});
test('another filter is another list', () => {
  const updated = updateOrder(first, episodeList(episodeRow('9')), 'q=b');
  expect(updated.order).toEqual(['9']);
  expect([...updated.rows.keys()]).toEqual(['9']);
});
test('into an empty list new alerts come at once', () => {
  const empty = orderAsListed(episodeList(), 'q=a');
  expect(updateOrder(empty, episodeList(episodeRow('1')), 'q=a').order).toEqual(['1']);
});
