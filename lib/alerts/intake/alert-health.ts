import { config } from '@/lib/config/load';
import { readIntakeState } from './intake-state';
import { alertSources } from '../sources/credentials';
import type { AlertHealth } from './contract';

/** The self-proof: who sends, who was asked, what was found. */
export async function loadAlertHealth(): Promise<AlertHealth> {
  const { peers, reconciliations, quarantined } = await readIntakeState();
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  const silent = alertSources().filter(({ name }) => !peers.some((peer) => peer.source === name));
  return {
    at: new Date().toISOString(),
    peers: [
      ...peers.map(({ source, peer, lastDeliveryAt, watchdogAt, lastTestAt }) => ({
        source,
        peer,
        lastDeliveryAt: iso(lastDeliveryAt),
        watchdogAt: iso(watchdogAt),
        lastTestAt: iso(lastTestAt),
      })),
      ...silent.map(({ name }) => ({
        source: name,
        peer: '',
        lastDeliveryAt: null,
        watchdogAt: null,
        lastTestAt: null,
      })),
    ],
    reconciliations: reconciliations.map(
      ({ source, peer, answeredAt, failure, firing, missingHere, missingThere }) => ({
        source,
        peer,
        answeredAt: iso(answeredAt),
        failure,
        firing,
        missingHere,
        missingThere,
      }),
    ),
    quarantined,
    channels: config().ALERT_CHANNELS.map(({ name, kind }) => ({ name, kind })),
  };
}
