import { expect, test } from 'vitest';
import type { HeartbeatProblem } from '../contract';
import { describeProblem } from './heartbeat-text';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const recovered = { code: 'alerts_recovered', source: 'production', peer: 'http://am-0' } as const;
const unreachable = {
  code: 'peer_unreachable',
  source: 'production',
  peer: 'http://am-0',
  failure: 'it refuses connections',
} as const;

test.each<[HeartbeatProblem, string]>([
  [{ code: 'source_never_sent', source: 'production' }, 'production has never sent anything.'],
  [
    { code: 'watchdog_never_sent', source: 'production', watchdog: 'Watchdog' },
    'production has never sent Watchdog. Route it here.',
  ],
  [
    { code: 'watchdog_late', source: 'production', lastAt: '2026-11-25T11:50:00Z' },
    'Last heartbeat from production was 10 min ago. Alerts may be missing.',
  ],
  [{ ...unreachable, answeredAt: null }, 'http://am-0 does not answer: it refuses connections.'],
  [
    { ...unreachable, answeredAt: '2026-11-25T11:50:00Z' },
    'http://am-0 does not answer since 10 min ago: it refuses connections.',
  ],
  [{ ...recovered, count: 1 }, '1 alert of http://am-0 had not arrived here; it was added.'],
  [{ ...recovered, count: 2 }, '2 alerts of http://am-0 had not arrived here; they were added.'],
  [{ code: 'notifications_overdue', count: 1 }, '1 notification is overdue.'],
  [{ code: 'notifications_overdue', count: 2 }, '2 notifications are overdue.'],
])('%o is said as "%s"', (problem, sentence) =>
  expect(describeProblem(problem, NOW)).toBe(sentence),
);
