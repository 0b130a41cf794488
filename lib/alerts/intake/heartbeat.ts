import { formatAgo } from '@/lib/time/format';
import { SECOND_MS } from '@/lib/time/units';
import type { Heartbeat } from '../contract';
import { readIntakeState } from '../episodes/repository';
import { countOverdue } from '../notifications/overdue';
import { alertSources } from '../sources/credentials';

/** Whether the way from the sources to here is open, in sentences where it may not be. The clock is ours. */
export async function loadHeartbeat(nowMs = Date.now()): Promise<Heartbeat> {
  const [[peers, reconciliations], late] = await Promise.all([readIntakeState(), countOverdue()]);
  const sentences: string[] = [];
  for (const source of alertSources()) {
    if (source.kind !== 'alertmanager') continue;
    const own = peers.filter((peer) => peer.source === source.name);
    const watchdogMs = Math.max(0, ...own.map(({ watchdogAt }) => watchdogAt?.getTime() ?? 0));
    const up = process.uptime() * SECOND_MS;
    if (watchdogMs === 0 && up > source.watchdogSeconds * SECOND_MS)
      sentences.push(
        own.length === 0
          ? `${source.name} has never sent anything.`
          : `${source.name} has never sent ${source.watchdog}. Route it here.`,
      );
    else if (watchdogMs > 0 && nowMs - watchdogMs > source.watchdogSeconds * SECOND_MS)
      sentences.push(
        `Last heartbeat from ${source.name} was ${formatAgo(watchdogMs, nowMs)}. Alerts may be missing.`,
      );
    for (const { peer, failure, missingHere, answeredAt } of reconciliations.filter(
      (each) => each.source === source.name && source.peers.includes(each.peer),
    )) {
      if (failure)
        sentences.push(
          `${peer} does not answer${answeredAt ? ` since ${formatAgo(answeredAt.getTime(), nowMs)}` : ''}: ${failure}.`,
        );
      else if (missingHere > 0)
        sentences.push(`${missingHere} alerts of ${peer} had not arrived here; they were added.`);
    }
  }
  if (late === 1) sentences.push('1 notification is overdue.');
  if (late > 1) sentences.push(`${late} notifications are overdue.`);
  const last = (times: (Date | null)[]) =>
    times
      .reduce<Date | null>(
        (latest, each) => (each && (!latest || each > latest) ? each : latest),
        null,
      )
      ?.toISOString() ?? null;
  return {
    state: sentences.length ? 'deaf' : alertSources().length ? 'ok' : 'none',
    lastDeliveryAt: last(peers.map(({ lastDeliveryAt }) => lastDeliveryAt)),
    watchdogAt: last(peers.map(({ watchdogAt }) => watchdogAt)),
    sentences,
  };
}
