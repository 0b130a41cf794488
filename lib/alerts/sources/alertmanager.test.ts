import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochMs } from '@/lib/time/units';
import { readMessage } from './alertmanager';

const RECEIVED = epochMs(Date.UTC(2026, 10, 25, 5, 20));
const good = (fingerprint: string) => ({
  status: 'firing',
  labels: { alertname: 'Good' },
  startsAt: '2026-11-25T05:00:00Z',
  fingerprint,
});

test('whatever stands beside it in a message, a good alert counts, and nothing is lost', () => {
  const beside = fc.oneof(
    fc.jsonValue(),
    fc.record({ labels: fc.jsonValue(), status: fc.jsonValue(), startsAt: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(fc.array(beside), fc.array(beside), (before, after) => {
      const alerts = [...before, good('first'), ...after, good('last')];
      const { observations, rejected } = readMessage({ alerts }, RECEIVED);
      const kept = observations.filter(({ labels }) => labels.alertname === 'Good');
      expect(kept.map(({ fingerprint }) => fingerprint)).toEqual(['first', 'last']);
      expect(observations.length + rejected.length).toBe(alerts.length);
    }),
    { numRuns: 1_000 },
  );
});
