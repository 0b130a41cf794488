import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Series } from '@/lib/telemetry/model';
import { epochMs, msToNs, nsToMs } from '@/lib/time/units';
import { cannotFire, firingsOf } from '../rule-drafts/rule-draft';
import { DASHBOARDS, dashboardOf, panelOf } from './catalogue';
import { csvOf } from '../query/csv';
import { beyond, heatOf, onGrid, quantileOf } from '../query/frame';
import { behindPanel } from '../query/load';
import { podsOf } from './runners';
import { gridOver, rateSeconds, timeAt, type Grid } from '../query/range';
import { alertQuery, behindQuery, dashboardQuery, rangeMs } from '../contract';
import { judge } from '../query/tiles';

const grid: Grid = { startMs: 0, stepMs: 60_000, count: 5 };
const series = (
  values: readonly (number | null)[],
  labels: Record<string, string> = { service: 'checkout' },
): Series => ({
  labels,
  points: values.flatMap((value, index) =>
    value === undefined ? [] : [{ timeMs: timeAt(grid, index), value }],
  ),
});

describe('the grid', () => {
  test('never has more instants than pixels, is no finer than the scrape, lies in the window, and ends within a minute of it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
        fc.integer({ min: 60_000, max: 31 * 86_400_000 }),
        fc.integer({ min: 10, max: 2000 }),
        fc.integer({ min: 1, max: 120 }),
        (from, length, points, scrape) => {
          const found = gridOver(
            { startNs: msToNs(from), endNs: msToNs(from + length) },
            points,
            scrape,
          );
          expect(found.count).toBeLessThanOrEqual(points);
          expect(found.stepMs).toBeGreaterThanOrEqual(scrape * 1000);
          expect(found.startMs).toBeGreaterThanOrEqual(from);
          if (found.count > 1)
            expect(timeAt(found, found.count - 1)).toBeLessThanOrEqual(from + length);
          expect(from + length - timeAt(found, found.count - 1)).toBeLessThan(60_000);
          expect(
            gridOver({ startNs: msToNs(from), endNs: msToNs(from + length) }, points, scrape),
          ).toEqual(found);
          expect(rateSeconds(found, scrape) * 1000).toBeGreaterThanOrEqual(found.stepMs);
        },
      ),
    );
  });
  test('a value is where it belongs, what is missing is null, and two parts of one series are one', () => {
    expect(
      onGrid([series([1, null, 3, null, 5]), series([null, 2, 9, null, null])], grid, ['service']),
    ).toEqual([{ name: 'checkout', labels: { service: 'checkout' }, values: [1, 2, 3, null, 5] }]);
    expect(onGrid([series([1, 1, 1, 1, 1], {})], grid, [])[0]!.name).toBe('all');
  });
  test('the series with the highest value is first', () => {
    expect(
      onGrid(
        [
          series([1, 2, 1, 1, 1], { service: 'a' }),
          series([0, 0, 7, 0, 0], { service: 'b' }),
          series([null, null, null, null, null], { service: 'c' }),
        ],
        grid,
        ['service'],
      ).map(({ name }) => name),
    ).toEqual(['b', 'a', 'c']);
  });
});

describe('what is red', () => {
  const threshold = { value: 0.05, alert: 'A', severity: 'critical' } as const;
  test('is past its threshold now; what was, or has ended, is not', () => {
    const framed = onGrid(
      [
        series([0, 0, 0, 0.04, 0.06], { service: 'now' }),
        series([0.9, 0.9, 0.9, 0.01, 0.01], { service: 'was' }),
        series([0.9, null, null, null, null], { service: 'ended' }),
      ],
      grid,
      ['service'],
    );
    expect(beyond(framed, threshold)).toEqual([{ name: 'now', value: 0.06 }]);
    expect(beyond(framed, undefined)).toEqual([]);
  });
});

describe('quantiles', () => {
  test('lie where Prometheus puts them', () => {
    // histogram_quantile(0.9, …) of 10 in (0, 0.1], 10 in (0.1, 0.5]: documented as linear within the bucket.
    expect(quantileOf(0.9, [0.1, 0.5, Infinity], [10, 20, 20])).toBeCloseTo(0.42);
    expect(quantileOf(0.25, [0.1, 0.5, Infinity], [10, 20, 20])).toBeCloseTo(0.05);
    expect(quantileOf(0.99, [0.1, 0.5, Infinity], [10, 20, 40])).toBe(0.5);
    expect(quantileOf(0.5, [0.1, Infinity], [0, 0])).toBeNull();
    expect(quantileOf(0.5, [0.1, Infinity], [null, null])).toBeNull();
    expect(quantileOf(0.5, [0.1, 0.5], [1, 2])).toBeNull();
  });
  test('are never further than a bucket from the sample they stand for', () => {
    const bounds = [1, 2, 4, 8, 16, Infinity];
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 15.9, noNaN: true }), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (samples, quantile) => {
          const cumulative = bounds.map(
            (bound) => samples.filter((sample) => sample <= bound).length,
          );
          const sorted = [...samples].sort((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil(quantile * samples.length) - 1)]!;
          const bucket = bounds.findIndex((bound) => exact <= bound);
          const found = quantileOf(quantile, bounds, cumulative)!;
          expect(found).toBeGreaterThanOrEqual(bounds[bucket - 1] ?? 0);
          expect(found).toBeLessThanOrEqual(bounds[bucket]!);
        },
      ),
    );
  });
  test('a heat map has what fell into each bucket, and gaps where nothing is known', () => {
    const { heat, lines } = heatOf(
      [
        series([1, 1, null, 0, 1], { le: '0.1' }),
        series([3, 1, null, 0, 1], { le: '1' }),
        series([4, 1, null, 0, 1], { le: '+Inf' }),
      ],
      grid,
    );
    expect(heat).toEqual({
      bounds: [0.1, 1],
      counts: [
        [1, 1, null, 0, 1],
        [2, 0, null, 0, 0],
        [1, 0, null, 0, 0],
      ],
    });
    expect(lines.map(({ name }) => name)).toEqual(['p50', 'p95', 'p99']);
    expect(lines[0]!.values.map((value) => value !== null)).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });
});

describe('when an alert would have fired', () => {
  const wish = { threshold: 5, direction: 'above', holdSeconds: 60 } as const;
  const fired = (values: readonly (number | null)[], own: object = {}) =>
    firingsOf([series(values)], grid, ['service'], { ...wish, ...own }).map(({ fromMs, toMs }) => [
      fromMs / 60_000,
      toMs === null ? null : toMs / 60_000,
    ]);
  test.each<[string, (number | null)[], (number | null)[][]]>([
    ['held long enough', [1, 9, 9, 9, 1], [[2, 4]]],
    ['for as long as it waits, and no longer', [1, 9, 1, 1, 1], []],
    ['until now', [1, 1, 9, 9, 9], [[3, null]]],
    [
      'a gap ends it',
      [9, 9, null, 9, 9],
      [
        [1, 2],
        [4, null],
      ],
    ],
    ['never', [1, 5, 5, 5, 1], []],
  ])('%s', (_, values, expected) => expect(fired(values)).toEqual(expected));
  test('below, and at once', () =>
    expect(fired([9, 1, 9, null, 1], { direction: 'below', holdSeconds: 0 })).toEqual([
      [1, 2],
      [4, null],
    ]));
});

test('a spreadsheet gets one line an instant, gaps empty, and nothing it would run', () => {
  expect(
    csvOf(
      [
        { name: '=cmd|x', labels: {}, values: [1, null, 3, 4, 5] },
        { name: 'a, "b"', labels: {}, values: [null, 0, null, null, 0.5] },
      ],
      grid,
    )
      .split('\r\n')
      .slice(0, 3),
  ).toEqual([
    'time,\'=cmd|x,"a, ""b"""',
    '1970-01-01T00:00:00.000Z,1,',
    '1970-01-01T00:01:00.000Z,,0',
  ]);
});

describe('a tile', () => {
  const application = dashboardOf('application');
  const panel = (id: string) => panelOf(application, id)!;
  const at = (
    value: number | null,
    labels: Record<string, string> = { service: 'checkout' },
  ): Series => ({ labels, points: [{ timeMs: epochMs(0), value }] });
  test('is fine in the words of its headline', () =>
    expect(
      judge(
        application,
        [
          { panel: panel('rate'), series: [at(3), at(1, { service: 'edge' })] },
          { panel: panel('errors'), series: [at(0.04)] },
        ],
        [],
      ),
    ).toEqual({ state: 'fine', why: '3 requests a second at the busiest service' }));
  test('is degraded by a warning, broken by what is critical, and says the worst', () => {
    expect(judge(application, [{ panel: panel('p95'), series: [at(2.31)] }], [])).toEqual({
      state: 'degraded',
      why: 'Duration, 95th percentile: checkout 2.3 s, red above 1 s',
    });
    expect(
      judge(
        application,
        [
          { panel: panel('p95'), series: [at(9)] },
          { panel: panel('errors'), series: [at(0.06), at(0.12, { service: 'edge' })] },
        ],
        [],
      ),
    ).toEqual({ state: 'broken', why: 'Failed requests: edge 12 %, red above 5 %; 2 more' });
  });
  test('is unknown without samples: that is not fine', () =>
    expect(judge(application, [{ panel: panel('rate'), series: [] }], [])).toMatchObject({
      state: 'unknown',
      why: expect.stringContaining('No samples.') as string,
    }));
  test('a gap is no value', () =>
    expect(
      judge(
        application,
        [
          { panel: panel('errors'), series: [at(null)] },
          { panel: panel('rate'), series: [at(1)] },
        ],
        [],
      ),
    ).toMatchObject({ state: 'fine', why: '1 request a second at the busiest service' }));
  test('is not fine while an alert is open that names its dashboard', () => {
    const calm = [{ panel: panel('rate'), series: [at(1)] }];
    const alert = (severity: 'critical' | 'warning' | 'info', name = 'ErrorBudgetBurnsSlowly') => ({
      dashboard: 'application',
      name,
      service: 'checkout',
      severity,
    });
    expect(judge(application, calm, [alert('info')]).state).toBe('fine');
    expect(judge(application, calm, [alert('warning')])).toEqual({
      state: 'degraded',
      why: 'ErrorBudgetBurnsSlowly of checkout is still open',
    });
    expect(
      judge(application, calm, [alert('warning'), alert('critical', 'ErrorBudgetBurnsFast')]),
    ).toEqual({
      state: 'broken',
      why: 'ErrorBudgetBurnsFast of checkout is still open; 1 more alert',
    });
    expect(
      judge(application, [{ panel: panel('p95'), series: [at(2)] }], [alert('critical')]),
    ).toEqual({
      state: 'broken',
      why: 'Duration, 95th percentile: checkout 2 s, red above 1 s; 1 alert open',
    });
  });
  test('what only informs is no reason', () => {
    const runners = dashboardOf('runners');
    expect(
      judge(
        runners,
        [
          { panel: panelOf(runners, 'failures')!, series: [at(0.9, { repository: 'shop' })] },
          { panel: panelOf(runners, 'running')!, series: [at(0, { name: 'x' })] },
        ],
        [],
      ),
    ).toEqual({ state: 'fine', why: '0 jobs running' });
  });
});

describe('the requests behind a point', () => {
  beforeAll(
    () =>
      void Object.assign(process.env, {
        DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
        HOSTNAME: '127.0.0.1',
      }),
  );
  const nowMs = Date.parse('2026-11-22T12:00:00Z');
  const at = '2026-11-22T11:30:00Z';
  const behind = (id: Parameters<typeof behindPanel>[0], panel: string, query: object) =>
    behindPanel(id, panel, behindQuery.parse({ at, ...query }), nowMs);
  const minutes = ({ window }: ReturnType<typeof behindPanel>) =>
    (nsToMs(window.endNs) - nsToMs(window.startNs)) / 60_000;
  test('are of as long as its value was taken over, and of a day at most', () => {
    expect(minutes(behind('application', 'errors', {}))).toBeLessThan(3);
    expect(Math.floor(minutes(behind('runners', 'failures', {})))).toBe(60);
    expect(Math.floor(minutes(behind('application', 'budget-burn', {})))).toBe(60);
    expect(Math.floor(minutes(behind('application', 'budget-left', {})))).toBe(1440);
  });
  test('are those with a failed span, whatever became of the request', () => {
    expect(behind('application', 'errors', { series: '{"service":"payments"}' })).toMatchObject({
      state: 'all',
      touching: { service: 'payments', failed: true },
    });
  });
  test('are narrowed by what is chosen, but not by what the panel ignores, nor by the operation of another service', () => {
    const chosen = { service: 'checkout', operation: 'POST /orders' };
    expect(behind('application', 'errors', chosen).touching).toMatchObject({
      service: 'checkout',
      operation: 'POST /orders',
    });
    expect(
      behind('application', 'dependency-errors', {
        ...chosen,
        series: '{"client":"checkout","server":"inventory"}',
      }).touching,
    ).toMatchObject({ service: 'inventory', operation: undefined });
    expect(behind('application', 'budget-burn', chosen).touching).toMatchObject({
      service: 'checkout',
      operation: undefined,
    });
  });
  test('jobs are of the repository and the workflow that the point is of', () => {
    expect(
      behind('runners', 'results', {
        series: '{"repository":"checkout","job_workflow_name":"test","job_result":"failed"}',
      }).touching,
    ).toEqual({
      failed: true,
      attributes: { 'cicd.pipeline.name': 'test', 'vcs.repository.name': 'checkout' },
    });
    expect(behind('runners', 'running', { series: '{"name":"arc"}' }).touching).toMatchObject({
      podPattern: '(arc)(-[a-z0-9]+)?-runner-.+',
    });
  });
  test('pods of one scale set are not those of another whose name begins alike', () => {
    const pods = new RegExp(`^(?:${podsOf('arc')})$`);
    expect(
      ['arc-7k2pd-runner-4bq2c', 'arc-runner-4bq2c', 'arc-x64-7k2pd-runner-4bq2c'].map((name) =>
        pods.test(name),
      ),
    ).toEqual([true, true, false]);
  });
});

test('an alert that could never fire, or always would, is refused in words', () => {
  const wish = {
    name: 'X',
    threshold: 0,
    direction: 'below',
    holdSeconds: 0,
    severity: 'info',
  } as const;
  const refused = (
    id: Parameters<typeof dashboardOf>[0],
    panel: string,
    threshold: number,
    direction: 'above' | 'below' = 'below',
  ) => cannotFire(panelOf(dashboardOf(id), panel)!, { ...wish, threshold, direction });
  expect(refused('application', 'errors', 0)).toBe(
    'Failed requests is never below 0: choose a threshold above it.',
  );
  expect(refused('portal', 'canary', 60)).toMatch(/only grows/);
  expect([
    refused('application', 'budget-left', 0),
    refused('runners', 'nodes', 1),
    refused('application', 'errors', 0, 'above'),
  ]).toEqual([undefined, undefined, undefined]);
});

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
    expect([rangeMs('15m'), rangeMs('7d'), rangeMs('0h'), rangeMs('1y')]).toEqual([
      900_000,
      604_800_000,
      undefined,
      undefined,
    ]);
    expect(nsToMs(msToNs(5))).toBe(5);
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
    expect(behindQuery.safeParse({ series: '{"service":"a"}' }).success).toBe(true);
    for (const series of ['{', '[1]', '{"a":1}'])
      expect(behindQuery.safeParse({ series }).success).toBe(false);
  });
  test('an alert has a name that Prometheus and people can read', () => {
    expect(alertQuery.safeParse({ name: 'CheckoutSlow' }).success).toBe(true);
    for (const name of ['x', 'has space', 'a"b'])
      expect(alertQuery.safeParse({ name }).success).toBe(false);
  });
});

test('every panel says what it answers, from where its metrics come, and which requests stand behind it', () => {
  for (const { id, panels, headline } of DASHBOARDS) {
    expect(new Set(panels.map((panel) => panel.id)).size, id).toBe(panels.length);
    for (const { panel } of headline)
      expect(
        panels.some((each) => each.id === panel),
        `${id} ${panel}`,
      ).toBe(true);
    for (const panel of panels) {
      expect(panel.question, panel.id).toMatch(/\?/);
      expect(panel.needs).not.toBe('');
      expect(panel.behind(Object.fromEntries(panel.by.map((label) => [label, 'x'])))).toMatchObject(
        { touching: expect.anything() as object },
      );
      if (panel.threshold) expect(panel.whenRed, panel.id).toBeTruthy();
    }
  }
});
