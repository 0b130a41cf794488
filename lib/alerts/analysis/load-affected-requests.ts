import { OutboundError } from '@/lib/http/outbound-error';
import { sources } from '@/lib/telemetry/sources';
import { MINUTE_MS } from '@/lib/time/units';
import { episodeBeginning, requireEpisodeContext } from '../episodes/episode-context';
import { findAffectedRequests } from './affected-requests';
import type { AffectedRequestsView } from './contract';

/**
 * The requests an episode hurt, by what failed: since its rule was pending and what that saw, until
 * now or its end.
 */
export async function loadAffectedRequests(
  id: string,
  signal: AbortSignal,
): Promise<AffectedRequestsView> {
  const anchor = await requireEpisodeContext(id);
  const { impactedSinceMs } = await episodeBeginning(anchor);
  const base = {
    since: new Date(impactedSinceMs).toISOString(),
    signatures: [],
    partial: [],
    failed: null,
  };
  if (!anchor.service)
    return {
      ...base,
      failed: 'No label of this alert names a service, so no requests can be matched.',
    };
  try {
    const { signatures, partial } = await findAffectedRequests(
      anchor.service,
      impactedSinceMs,
      anchor.resolvedMs === null ? Date.now() : anchor.resolvedMs + MINUTE_MS,
      signal,
    );
    return { ...base, signatures: [...signatures], partial: [...partial] };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ...base, failed: `${sources().traces.name} did not answer: ${error.message}.` };
  }
}
