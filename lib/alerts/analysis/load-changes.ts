import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { changesOf, type Place } from '@/lib/telemetry/cluster-events';
import { sources } from '@/lib/telemetry/sources';
import { HOUR_MS, MINUTE_MS, msToNs } from '@/lib/time/units';
import { requireEpisodeContext } from '../episodes/episode-context';
import type { ChangesView } from './contract';

/**
 * So long before the first harm a change may be its cause; and so long after it fired, what was
 * done about it shows.
 */
const CHANGES_BEFORE_MS = HOUR_MS;
const CHANGES_AFTER_MS = 15 * MINUTE_MS;

/**
 * What happened to the workloads, pods and nodes that the alert names, and to the services where
 * what it counts begins, in the hour before it and since.
 */
export async function loadChanges(id: string, signal: AbortSignal): Promise<ChangesView> {
  const { labels, service, startedMs, impactedSinceMs, culpritServices } =
    await requireEpisodeContext(id);
  const named = (...keys: string[]) => keys.flatMap((key) => labels[key] ?? []);
  const place: Place = {
    services: [
      ...new Set([
        ...(service ? [service] : []),
        ...culpritServices,
        ...named('deployment', 'statefulset', 'daemonset', 'client', 'server'),
      ]),
    ],
    pods: named('pod'),
    nodes: named('node', 'instance'),
    namespaces: named('namespace'),
  };
  const window = {
    startNs: msToNs(Math.min(startedMs, impactedSinceMs ?? startedMs) - CHANGES_BEFORE_MS),
    endNs: msToNs(Math.min(Date.now(), startedMs + CHANGES_AFTER_MS)),
  };
  const { logs } = sources();
  try {
    const { data } = await logs.clusterEvents(window, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]),
    });
    return { services: [...place.services], changes: changesOf(data, place), failed: null };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return {
      services: [...place.services],
      changes: [],
      failed: `${logs.name} did not say what happened to the cluster: ${error.message}.`,
    };
  }
}
