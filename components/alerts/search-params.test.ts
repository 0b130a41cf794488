import { expect, test } from 'vitest';
import { listQuery } from '@/lib/alerts/contract';
import { alertListSearch, loadAlertListParams } from './search-params';

test('a URL without parameters shows every open alert, not grouped', () => {
  const params = loadAlertListParams(new URLSearchParams());
  expect(params).toEqual({ state: 'open', severity: '', service: '', q: '', group: 'none' });
  expect(alertListSearch(params)).toBe('');
});

test('filters of the URL reach the API as they are; the grouping does not', () => {
  const url = new URLSearchParams('state=all&severity=critical&service=a%26b&q=x y&group=name');
  const params = loadAlertListParams(url);
  expect(params.group).toBe('name');
  expect(Object.fromEntries(new URLSearchParams(alertListSearch(params)))).toEqual({
    state: 'all',
    severity: 'critical',
    service: 'a&b',
    q: 'x y',
  });
});

test('a state or grouping that there is not is as if it were not there', () => {
  const params = loadAlertListParams(new URLSearchParams('state=broken&group=colour'));
  expect([params.state, params.group]).toEqual(['open', 'none']);
});

test.each(['open', 'unacknowledged', 'acknowledged', 'resolved', 'all'])(
  'the API knows the state %s that the list offers',
  (state) => {
    const { state: parsed } = loadAlertListParams(new URLSearchParams({ state }));
    expect(parsed).toBe(state);
    expect(listQuery.parse({ state: parsed }).state).toBe(state);
  },
);
