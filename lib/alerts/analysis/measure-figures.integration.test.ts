import { expect, inject, test } from 'vitest';
import { prometheusSource } from '@/lib/telemetry/prometheus/source';
import { readRuleSubject } from '@/lib/telemetry/prometheus/rule-subject';
import { epochMs } from '@/lib/time/units';
import { measureFigures, type FiguresQuery } from './measure-figures';

const metrics = prometheusSource({ base: inject('prometheusUrl') });

const figuresOf = (expression: string, more: Partial<FiguresQuery> = {}) => {
  const nowMs = epochMs(Date.now());
  return measureFigures(metrics, {
    service: 'nobody',
    labels: {},
    subject: readRuleSubject(expression),
    rule: { name: 'A', query: expression, holdMs: 0, labels: {} },
    sinceMs: epochMs(nowMs - 60_000),
    nowMs,
    ...more,
  });
};

test('a real Prometheus says what the rule about durations compares, in seconds', async () => {
  const expression =
    'histogram_quantile(0.9, sum by (le) (rate({__name__=~"prometheus_http_request_duration_seconds_bucket"}[30s]))) > 2';
  const subject = { kind: 'slow_requests', thresholdMs: 2_000, quantile: 0.9 } as const;
  await expect
    .poll(async () => (await figuresOf(expression, { subject })).latency?.seconds ?? 0, {
      timeout: 60_000,
      interval: 1_000,
    })
    .toBeGreaterThan(0);
  expect(await figuresOf(expression, { subject })).toMatchObject({
    // It has no span metrics to count requests with.
    total: null,
    latency: { quantile: 0.9, slow: null, boundSeconds: null },
  });
});

test('a service that a real Prometheus does not know has no figures, not zeros', async () => {
  expect(await figuresOf('rate(my_errors_total[5m]) > 0')).toEqual({
    total: null,
    failed: null,
    normalShare: null,
  });
  expect(await figuresOf('sum(rate(http_requests_total[5m])) == 0')).toEqual({
    calls: { client: null, server: null, now: null, normal: null },
  });
  const edge = { client: 'checkout', server: 'inventory' };
  expect(
    await figuresOf('rate(http_client_retries_total[5m]) > 1', { labels: edge }),
  ).toMatchObject({ calls: { ...edge, now: null, normal: null } });
  expect(await figuresOf('up == 0')).toEqual({});
});
