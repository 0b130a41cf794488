import { beforeAll, describe, expect, test } from 'vitest';
import { nsToMs } from '@/lib/time/units';
import { drilldownQuery } from '../contract';
import { panelDrilldown } from './drilldown';

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
  const behind = (id: Parameters<typeof panelDrilldown>[0], panel: string, query: object) =>
    panelDrilldown(id, panel, drilldownQuery.parse({ at, ...query }), nowMs);
  const minutes = ({ window }: ReturnType<typeof panelDrilldown>) =>
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
  test('are narrowed by what is chosen and the panel knows, for the chosen service only', () => {
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
});
