import { expect, test } from 'vitest';
import { epochNs } from '@/lib/time/units';
import { changesOf, type Place } from './cluster-events';
import type { LogLine } from './model';

const event = (
  seconds: number,
  kind: string,
  name: string,
  reason: string,
  body: string,
  more: { level?: LogLine['level']; namespace?: string } = {},
): LogLine => ({
  timeNs: epochNs(BigInt(seconds) * 1_000_000_000n),
  id: `${seconds} ${name}`,
  level: more.level ?? 'info',
  body,
  service: 'kubernetes',
  traceId: undefined,
  spanId: undefined,
  correlationId: undefined,
  attributes: { 'k8s.object.kind': kind, 'k8s.object.name': name, 'k8s.event.reason': reason },
  resource: { 'k8s.namespace.name': more.namespace ?? 'shop' },
});
const place: Place = {
  services: ['checkout'],
  pods: ['checkout-7c9d5-x2x'],
  nodes: ['pool-a-3'],
  namespaces: ['shop'],
};
const kinds = (lines: LogLine[]) =>
  changesOf(lines, place).map(({ kind, object, count }) => `${kind} ${object} ${count}`);

test('a new replica set is a rollout, another size of one is scaling', () => {
  expect(
    kinds([
      event(
        2,
        'Deployment',
        'checkout',
        'ScalingReplicaSet',
        'Scaled down replica set checkout-6b from 2 to 0',
      ),
      event(
        1,
        'Deployment',
        'checkout',
        'ScalingReplicaSet',
        'Scaled up replica set checkout-7c9d5 from 0 to 2',
      ),
    ]),
  ).toEqual(['rollout Deployment checkout 1', 'scaling Deployment checkout 1']);
});
test('only what was touched counts: its workloads, pods and nodes, in its namespace', () => {
  expect(
    kinds([
      event(1, 'Pod', 'checkout-7c9d5-x2x', 'Unhealthy', 'Readiness probe failed', {
        level: 'warn',
      }),
      event(2, 'Node', 'pool-a-3', 'NodeNotReady', 'Node pool-a-3 status is now: NodeNotReady'),
      event(3, 'Node', 'pool-b-1', 'NodeNotReady', 'Node pool-b-1 status is now: NodeNotReady'),
      event(
        4,
        'Deployment',
        'checkout',
        'ScalingReplicaSet',
        'Scaled up replica set checkout-1 from 0 to 1',
        { namespace: 'staging' },
      ),
      event(
        5,
        'Deployment',
        'payments',
        'ScalingReplicaSet',
        'Scaled up replica set payments-1 from 0 to 1',
      ),
      event(6, 'ReplicaSet', 'checkout-7c9d5', 'FailedCreate', 'quota exceeded', { level: 'warn' }),
    ]),
  ).toEqual([
    'warning Pod checkout-7c9d5-x2x 1',
    'event Node pool-a-3 1',
    'warning ReplicaSet checkout-7c9d5 1',
  ]);
});
test('routine is left out unless it went wrong, and the same said again is counted', () => {
  expect(
    kinds([
      event(1, 'Pod', 'checkout-7c9d5-x2x', 'Pulled', 'Successfully pulled image'),
      ...[2, 3, 4].map((at) =>
        event(at, 'Pod', 'checkout-7c9d5-x2x', 'BackOff', 'Back-off restarting failed container', {
          level: 'warn',
        }),
      ),
    ]),
  ).toEqual(['warning Pod checkout-7c9d5-x2x 3']);
});
test('lines that are no events are none', () => {
  expect(
    changesOf([{ ...event(1, 'Pod', 'checkout-1', 'Killing', 'x'), attributes: {} }], place),
  ).toEqual([]);
});
