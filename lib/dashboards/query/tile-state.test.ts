import { describe, expect, test } from 'vitest';
import type { Series } from '@/lib/telemetry/model';
import { epochMs } from '@/lib/time/units';
import { findPanel, getDashboard } from '../catalogue/catalogue';
import { dashboardOfAlert, determineTileState } from './tile-state';

describe('a tile', () => {
  const application = getDashboard('application');
  const panel = (id: string) => findPanel(application, id)!;
  const at = (
    value: number | null,
    labels: Record<string, string> = { service: 'checkout' },
  ): Series => ({ labels, points: [{ timeMs: epochMs(0), value }] });
  test('is fine in the words of its headline', () =>
    expect(
      determineTileState(
        application,
        [
          { panel: panel('rate'), series: [at(3), at(1, { service: 'edge' })] },
          { panel: panel('errors'), series: [at(0.04)] },
        ],
        [],
      ),
    ).toEqual({ state: 'fine', reason: '3 requests a second at the busiest service' }));
  test('is degraded by a warning, broken by what is critical, and says the worst', () => {
    expect(
      determineTileState(application, [{ panel: panel('p95'), series: [at(2.31)] }], []),
    ).toEqual({
      state: 'degraded',
      reason: 'Duration, 95th percentile: checkout 2.3 s, threshold 1 s',
    });
    expect(
      determineTileState(
        application,
        [
          { panel: panel('p95'), series: [at(9)] },
          { panel: panel('errors'), series: [at(0.06), at(0.12, { service: 'edge' })] },
        ],
        [],
      ),
    ).toEqual({ state: 'broken', reason: 'Failed requests: edge 12 %, threshold 5 %; 2 more' });
  });
  test('is unknown without samples: that is not fine', () =>
    expect(
      determineTileState(application, [{ panel: panel('rate'), series: [] }], []),
    ).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('No samples.') as string,
    }));
  test('a gap is no value', () =>
    expect(
      determineTileState(
        application,
        [
          { panel: panel('errors'), series: [at(null)] },
          { panel: panel('rate'), series: [at(1)] },
        ],
        [],
      ),
    ).toMatchObject({ state: 'fine', reason: '1 request a second at the busiest service' }));
  test('is not fine while an alert is open that names its dashboard', () => {
    const calm = [{ panel: panel('rate'), series: [at(1)] }];
    const alert = (severity: 'critical' | 'warning' | 'info', name = 'ErrorBudgetBurnsSlowly') => ({
      dashboard: 'application',
      name,
      service: 'checkout',
      severity,
    });
    expect(determineTileState(application, calm, [alert('info')]).state).toBe('fine');
    expect(determineTileState(application, calm, [alert('warning')])).toEqual({
      state: 'degraded',
      reason: 'ErrorBudgetBurnsSlowly of checkout is still open',
    });
    expect(
      determineTileState(application, calm, [
        alert('warning'),
        alert('critical', 'ErrorBudgetBurnsFast'),
      ]),
    ).toEqual({
      state: 'broken',
      reason: 'ErrorBudgetBurnsFast of checkout is still open; 1 more alert',
    });
    expect(
      determineTileState(
        application,
        [{ panel: panel('p95'), series: [at(2)] }],
        [alert('critical')],
      ),
    ).toEqual({
      state: 'broken',
      reason: 'Duration, 95th percentile: checkout 2 s, threshold 1 s; 1 alert open',
    });
  });
  test('what only informs is no reason', () => {
    const runners = getDashboard('runners');
    expect(
      determineTileState(
        runners,
        [
          { panel: findPanel(runners, 'failures')!, series: [at(0.9, { repository: 'shop' })] },
          { panel: findPanel(runners, 'running')!, series: [at(0, { name: 'x' })] },
        ],
        [],
      ),
    ).toEqual({ state: 'fine', reason: '0 jobs running' });
  });
});

test('an alert of the portal itself is not one of the application', () => {
  const alert = { dashboard: 'application', name: 'ServiceErrorRatioHigh', severity: 'critical' };
  expect(dashboardOfAlert({ ...alert, service: 'throughline' })).toBe('portal');
  expect(dashboardOfAlert({ ...alert, service: 'checkout' })).toBe('application');
  expect(dashboardOfAlert({ ...alert, service: null })).toBe('application');
});
