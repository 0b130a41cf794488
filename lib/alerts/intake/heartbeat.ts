import { SECOND_MS } from '@/lib/time/units';
import type { Heartbeat, HeartbeatProblem } from '../contract';
import { countOverdue } from '../notifications/overdue';
import { alertSources, alertSourcesOfKind, type AlertSourceOf } from '../sources/credentials';
import { describeProblem } from './heartbeat-text';
import { readIntakeState, type IntakeState } from './intake-state';

/**
 * Whether alerts of all sources arrive, and why they may not.
 * @param nowMs by the clock of the portal: those of the sources are not trusted
 */
export async function loadHeartbeat(nowMs = Date.now()): Promise<Heartbeat> {
  const [state, overdue] = await Promise.all([readIntakeState(), countOverdue()]);
  const problems: HeartbeatProblem[] = alertSourcesOfKind('alertmanager').flatMap((source) => [
    ...watchdogProblems(source, state, nowMs),
    ...peerProblems(source, state),
  ]);
  if (overdue > 0) problems.push({ code: 'notifications_overdue', count: overdue });
  return {
    state: stateOf(problems),
    lastDeliveryAt: latest(state.peers.map(({ lastDeliveryAt }) => lastDeliveryAt)),
    watchdogAt: latest(state.peers.map(({ watchdogAt }) => watchdogAt)),
    problems,
    sentences: problems.map((problem) => describeProblem(problem, nowMs)),
  };
}

function stateOf(problems: readonly HeartbeatProblem[]): Heartbeat['state'] {
  if (problems.length > 0) return 'unreliable';
  return alertSources().length > 0 ? 'ok' : 'none';
}

function watchdogProblems(
  { name: source, watchdog, watchdogSeconds }: AlertSourceOf<'alertmanager'>,
  { peers }: IntakeState,
  nowMs: number,
): HeartbeatProblem[] {
  const patienceMs = watchdogSeconds * SECOND_MS;
  const own = peers.filter((peer) => peer.source === source);
  const lastAt = latest(own.map(({ watchdogAt }) => watchdogAt));
  if (lastAt !== null)
    return nowMs - Date.parse(lastAt) > patienceMs
      ? [{ code: 'watchdog_late', source, lastAt }]
      : [];
  // Just started, the portal cannot have heard of it yet.
  if (process.uptime() * SECOND_MS <= patienceMs) return [];
  return own.length === 0
    ? [{ code: 'source_never_sent', source }]
    : [{ code: 'watchdog_never_sent', source, watchdog }];
}

function peerProblems(
  { name: source, peers }: AlertSourceOf<'alertmanager'>,
  { reconciliations }: IntakeState,
): HeartbeatProblem[] {
  return reconciliations
    .filter((each) => each.source === source && peers.includes(each.peer))
    .flatMap(({ peer, failure, missingHere, answeredAt }): HeartbeatProblem[] => {
      if (failure)
        return [
          {
            code: 'peer_unreachable',
            source,
            peer,
            answeredAt: answeredAt?.toISOString() ?? null,
            failure,
          },
        ];
      return missingHere > 0
        ? [{ code: 'alerts_recovered', source, peer, count: missingHere }]
        : [];
    });
}

/** The last of several instants, as RFC 3339. */
function latest(instants: readonly (Date | null)[]): string | null {
  const times = instants.flatMap((at) => (at ? [at.getTime()] : []));
  return times.length > 0 ? new Date(Math.max(...times)).toISOString() : null;
}
