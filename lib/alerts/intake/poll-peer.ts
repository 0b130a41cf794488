import { alertPool } from '@/lib/db/pool';
import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import { alertmanagerSource } from '@/lib/telemetry/alertmanager/source';
import type { CurrentAlert } from '@/lib/telemetry/model';
import type { EpochMs } from '@/lib/time/units';
import type { AlertSourceOf } from '../sources/credentials';

/** What a member of an Alertmanager cluster has. */
export interface PeerAlerts {
  readonly peer: string;
  readonly alerts: readonly CurrentAlert[];
  /** Since when the member runs: young, it does not know yet what fires. */
  readonly startedMs: EpochMs;
}

export const peerBackend = (source: AlertSourceOf<'alertmanager'>, peer: string) => ({
  base: peer,
  bearerFile: source.peerBearerTokenFile,
  concurrency: 4,
});

/** Asks a member for its alerts; undefined, and recorded, where it does not answer. */
export async function pollPeer(
  source: AlertSourceOf<'alertmanager'>,
  peer: string,
  nowMs: EpochMs,
): Promise<PeerAlerts | undefined> {
  const alertmanager = alertmanagerSource(peerBackend(source, peer));
  try {
    const [alerts, startedMs] = await Promise.all([
      alertmanager.current({}),
      alertmanager.startedMs({}),
    ]);
    return { peer, alerts, startedMs };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log().warn(
      { source: source.name, peer, reason: error.reason },
      'a member of an Alertmanager cluster did not answer',
    );
    await alertPool().query(
      `INSERT INTO alert_reconciliations AS r (source, peer, at, failure)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT (source, peer) DO UPDATE
          SET at = excluded.at,
              failure = excluded.failure`,
      [source.name, peer, new Date(nowMs), error.message],
    );
    return undefined;
  }
}
