import type { PoolClient } from 'pg';
import { alertSourcesOfKind } from '../sources/credentials';
import type { Observation } from '../sources/observation';
import type { ParsedDelivery } from './stored-delivery';

const MAX_RECEIVERS = 50;

/** Whether an alert is the one of its source that always fires. */
export function isWatchdog(source: string, { labels }: Observation): boolean {
  const known = alertSourcesOfKind('alertmanager').find(({ name }) => name === source);
  return known !== undefined && labels.alertname === known.watchdog;
}

interface SeenPeer {
  readonly source: string;
  readonly peer: string;
  readonly receivers: Set<string>;
  lastMs: number;
  watchdogMs: number | null;
  testMs: number | null;
}

/**
 * Who sent something, when by the clock of the portal, to which receivers, and whether the alert
 * that always fires, or a test, was in it.
 */
export async function recordPeers(
  client: PoolClient,
  parsed: readonly ParsedDelivery[],
): Promise<void> {
  for (const peer of seenPeers(parsed)) await savePeer(client, peer);
}

function seenPeers(parsed: readonly ParsedDelivery[]): Iterable<SeenPeer> {
  const peers = new Map<string, SeenPeer>();
  for (const { delivery, message } of parsed) {
    const { source } = delivery;
    const { peer, receiver, observations } = message;
    const key = `${source}\n${peer}`;
    const seen = peers.get(key) ?? {
      source,
      peer,
      receivers: new Set(),
      lastMs: 0,
      watchdogMs: null,
      testMs: null,
    };
    peers.set(key, seen);
    const receivedMs = delivery.received_at.getTime();
    seen.lastMs = Math.max(seen.lastMs, receivedMs);
    if (receiver) seen.receivers.add(receiver);
    if (observations.some((each) => each.firing && isWatchdog(source, each)))
      seen.watchdogMs = Math.max(seen.watchdogMs ?? 0, receivedMs);
    if (message.test) seen.testMs = Math.max(seen.testMs ?? 0, receivedMs);
  }
  return peers.values();
}

async function savePeer(
  client: PoolClient,
  { source, peer, receivers, lastMs, watchdogMs, testMs }: SeenPeer,
): Promise<void> {
  await client.query(
    `INSERT INTO alert_peers AS p (source, peer, receivers, last_delivery_at, watchdog_at, last_test_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (source, peer) DO UPDATE
        SET receivers = coalesce(
              (
                SELECT array_agg(DISTINCT each)
                  FROM unnest(p.receivers || excluded.receivers) AS each
              ),
              '{}'
            ),
            last_delivery_at = greatest(p.last_delivery_at, excluded.last_delivery_at),
            watchdog_at = greatest(p.watchdog_at, excluded.watchdog_at),
            last_test_at = greatest(p.last_test_at, excluded.last_test_at)`,
    [
      source,
      peer,
      [...receivers].slice(0, MAX_RECEIVERS),
      new Date(lastMs),
      watchdogMs === null ? null : new Date(watchdogMs),
      testMs === null ? null : new Date(testMs),
    ],
  );
}
