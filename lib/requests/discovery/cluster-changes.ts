import { OutboundError } from '@/lib/http/outbound-error';
import { changesOf, type Place } from '@/lib/telemetry/cluster-events';
import type { CallOptions, LogSource } from '@/lib/telemetry/model';
import { padded, type Window } from '@/lib/time/units';
import type { Annotation } from '../contract';
import { CONTEXT_MS } from '../view/axis';
import { withDeadline } from './source-deadline';

/**
 * What happened to the cluster around a request. It is not of the request: a failure here stands in
 * the annotation, and leaves the ledger of the logs alone.
 */
export async function findClusterChanges(
  logs: LogSource,
  window: Window,
  place: Place,
  { signal, budget }: CallOptions,
): Promise<Annotation> {
  try {
    const around = padded(window, CONTEXT_MS);
    const { data } = await logs.clusterEvents(around, { ...withDeadline(signal), budget });
    return { kind: 'changes', failed: null, items: changesOf(data, place) };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const failed = `${logs.name} did not say what happened to the cluster: ${error.message}.`;
    return { kind: 'changes', failed, items: [] };
  }
}
