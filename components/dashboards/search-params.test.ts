import { describe, expect, test } from 'vitest';
import { dashboardQuery } from '@/lib/dashboards/contract';
import {
  absoluteWindow,
  loadDashboardSearchParams as load,
  serializeDashboardState as serialize,
  toDashboardQuery,
} from './search-params';

const query = (search: string) => toDashboardQuery(load(search)).toString();

test('an empty URL is the last hour, refreshed every 30 s', () => {
  expect(load('')).toMatchObject({ range: '1h', refresh: '30s', dialog: 'requests', tables: [] });
  expect(query('')).toBe('range=1h');
});

test('everything that is seen survives the way through the URL', () => {
  const state = {
    from: '2026-11-22T10:00:00Z',
    to: '2026-11-22T11:00:00Z',
    refresh: 'off' as const,
    service: 'checkout',
    operation: 'POST /orders, again',
    panel: 'errors',
    dialog: 'rule' as const,
    at: '2026-11-22T10:30:00Z',
    series: { service: 'a "b", c', span_name: 'x&y' },
    tables: ['rate', 'dependencies'],
    only: ['rate:POST /orders, again'],
    sort: { column: 'failed' as const, descending: false },
  };
  expect(load(serialize(state))).toMatchObject(state);
});

test('what is as by default is not in the URL', () => {
  expect(serialize({ range: '1h', refresh: '30s', tables: [], dialog: 'requests' })).toBe('');
});

test('milliseconds of Grafana become instants', () => {
  expect(load('from=1795345200000').from).toBe('2026-11-22T11:00:00.000Z');
});

describe('junk is ignored:', () => {
  test.each([
    'range=soon',
    'range=32d',
    'from=yesterday&to=now',
    'from=2026-11-22T10:00:00Z',
    'from=2026-11-22T11:00:00Z&to=2026-11-22T10:00:00Z',
    'from=2026-01-01T00:00:00Z&to=2026-11-22T10:00:00Z',
    'service=%00',
    'service=',
    'service=.*&node=$__all',
  ])('%s', (search) => {
    expect(query(search)).toBe('range=1h');
  });
  test.each([
    ['refresh=1s', 'refresh', '30s'],
    ['dialog=alert', 'dialog', 'requests'],
    ['series={', 'series', null],
    ['series=[1]', 'series', null],
    ['series={"a":1}', 'series', null],
    ['at=then', 'at', null],
    ['sort=-size', 'sort', { column: 'rate', descending: true }],
  ] as const)('%s', (search, key, expected) => expect(load(search)[key]).toEqual(expected));
});

test('whatever the URL holds, the API takes its query', () => {
  for (const search of ['', 'range=7d&node=a', 'from=1&to=2', 'service=a,b&operation=.*'])
    expect(
      dashboardQuery.safeParse(Object.fromEntries(toDashboardQuery(load(search)))).success,
    ).toBe(true);
});

test('from and to win over a range', () => {
  const state = load('range=7d&from=2026-11-22T10:00:00Z&to=2026-11-22T11:00:00Z');
  expect(absoluteWindow(state)).toEqual({
    from: '2026-11-22T10:00:00Z',
    to: '2026-11-22T11:00:00Z',
  });
  expect(toDashboardQuery(state).has('range')).toBe(false);
});
