import { expect, test } from 'vitest';
import type { MetricSource, Series } from '@/lib/telemetry/model';
import { epochMs } from '@/lib/time/units';
import { loadContextPanels } from './context-panels';
import { span } from '../correlation/spans.fixture';

const series = (service: string, status: string, ...values: (number | null)[]): Series => ({
  labels: { service, status_code: status },
  points: values.map((value, index) => ({ timeMs: epochMs(1000 * (index + 1)), value })),
});
const outcomes = [
  series('shop', 'STATUS_CODE_UNSET', 3, 0, null),
  series('shop', 'STATUS_CODE_ERROR', 1, 0, 2),
  series('edge', 'STATUS_CODE_OK', 5),
];

// Sums, shares, zero where none failed, gaps where there were none or where a part is one.
test('requests and errors come from one query', async () => {
  const asked: string[] = [];
  const source: MetricSource = {
    name: 'Prometheus',
    instant: async () => ({ data: [], partial: [] }),
    range: async (query) => {
      asked.push(query);
      return { data: query.includes('status_code) (rate') ? outcomes : [], partial: [] };
    },
    exemplars: async () => ({ data: [], partial: [] }),
    rules: async () => ({ data: { alerting: [], recording: [] }, partial: [] }),
    ping: async () => '',
  };
  const { startNs, endNs } = span(1, undefined, 0, 10);
  const panels = await loadContextPanels(
    source,
    {
      workloads: {
        services: ['edge', 'shop'],
        pods: [],
        nodes: [],
        namespaces: [],
        sends: false,
        retries: false,
      },
      window: { startNs, endNs },
      traceIds: new Set(),
      nowMs: 1.8e12,
    },
    {},
  );
  const points = (id: string) =>
    Object.fromEntries(
      panels
        .find((panel) => panel.id === id)!
        .series.map(({ name, points: each }) => [name, each.map(([, value]) => value)]),
    );
  expect(points('rate')).toEqual({ edge: [5], shop: [4, 0, null] });
  expect(points('errors')).toEqual({ edge: [0], shop: [0.25, null, null] });
  expect(new Set(asked).size).toBe(asked.length - 1);
});
