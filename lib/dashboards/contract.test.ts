import { describe, expect, test } from 'vitest';
import { dashboardQuery, drilldownQuery, ruleDraftQuery } from './contract';

describe('what is asked', () => {
  test('times as people and as Grafana have them; all of them is none chosen', () => {
    expect(
      dashboardQuery.parse({
        from: '1795345200000',
        to: '2026-11-22T12:00:00Z',
        service: '.*',
        node: 'a,b',
      }),
    ).toMatchObject({
      from: '2026-11-22T11:00:00.000Z',
      service: [],
      node: ['a', 'b'],
      range: '1h',
    });
    expect(
      dashboardQuery.parse({
        service: String.raw`SELECT a\, b FROM t,plain,\.*,a\\b`,
        operation: '.*,$__all',
      }),
    ).toMatchObject({ service: ['SELECT a, b FROM t', 'plain', '.*', 'a\\b'], operation: [] });
  });
  test.each<[string, object]>([
    ['a range that is none', { range: '1 hour' }],
    ['from without to', { from: '2026-11-22T10:00:00Z' }],
    ['to before from', { from: '2026-11-22T10:00:00Z', to: '2026-11-22T09:00:00Z' }],
    ['more than a month', { range: '32d' }],
    ['a month and a day', { from: '2026-10-01T10:00:00Z', to: '2026-11-22T09:00:00Z' }],
    ['no instant', { from: 'yesterday', to: 'now' }],
    ['a byte that no database holds', { service: 'a\0b' }],
    ['points that are no number', { points: '0x20' }],
    ['more points than pixels', { points: '5000' }],
  ])('%s is refused', (_, query) => expect(dashboardQuery.safeParse(query).success).toBe(false));
  test('labels of a series that are none are refused', () => {
    expect(drilldownQuery.safeParse({ series: '{"service":"a"}' }).success).toBe(true);
    for (const series of ['{', '[1]', '{"a":1}'])
      expect(drilldownQuery.safeParse({ series }).success).toBe(false);
  });
  test('an alert has a name that Prometheus and people can read', () => {
    expect(ruleDraftQuery.safeParse({ name: 'CheckoutSlow' }).success).toBe(true);
    for (const name of ['x', 'has space', 'a"b'])
      expect(ruleDraftQuery.safeParse({ name }).success).toBe(false);
  });
});
