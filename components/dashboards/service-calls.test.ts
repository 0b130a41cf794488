import { expect, test } from 'vitest';
import { toServiceCalls } from './service-calls';

const series = (client: string, server: string, outcome: string, value: number | null) => ({
  labels: { client, server, outcome },
  values: [value],
});

test('a connection has its rate and the share that failed, the busiest first, then by name', () => {
  expect(
    toServiceCalls([
      series('edge', 'runner', 'all', 1),
      series('edge', 'checkout', 'all', 4),
      series('edge', 'checkout', 'failed', 1),
      series('checkout', 'inventory', 'all', 4),
    ]),
  ).toEqual([
    { client: 'checkout', server: 'inventory', rate: 4, failedShare: 0 },
    { client: 'edge', server: 'checkout', rate: 4, failedShare: 0.25 },
    { client: 'edge', server: 'runner', rate: 1, failedShare: 0 },
  ]);
});

test('a connection without calls is none, and no more than all calls fail', () => {
  expect(
    toServiceCalls([
      series('edge', 'checkout', 'all', 0),
      series('edge', 'worker', 'all', 1),
      series('edge', 'worker', 'failed', 1.2),
    ]),
  ).toEqual([{ client: 'edge', server: 'worker', rate: 1, failedShare: 1 }]);
});
