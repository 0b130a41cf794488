import { formatAgo, formatCounted } from '@/lib/time/format';
import type { HeartbeatProblem } from '../contract';

/** Why alerts may be missing, as a sentence for people. */
export function describeProblem(problem: HeartbeatProblem, nowMs: number): string {
  switch (problem.code) {
    case 'source_never_sent':
      return `${problem.source} has never sent anything.`;
    case 'watchdog_never_sent':
      return `${problem.source} has never sent ${problem.watchdog}. Route it here.`;
    case 'watchdog_late':
      return `Last heartbeat from ${problem.source} was ${ago(problem.lastAt, nowMs)}. Alerts may be missing.`;
    case 'peer_unreachable': {
      const since = problem.answeredAt ? ` since ${ago(problem.answeredAt, nowMs)}` : '';
      return `${problem.peer} does not answer${since}: ${problem.failure}.`;
    }
    case 'alerts_recovered': {
      const were = problem.count === 1 ? 'it was' : 'they were';
      return `${formatCounted(problem.count, 'alert')} of ${problem.peer} had not arrived here; ${were} added.`;
    }
    case 'notifications_overdue':
      return `${formatCounted(problem.count, 'notification')} ${problem.count === 1 ? 'is' : 'are'} overdue.`;
  }
}

const ago = (iso: string, nowMs: number) => formatAgo(Date.parse(iso), nowMs);
