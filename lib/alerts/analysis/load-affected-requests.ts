import { OutboundError } from '@/lib/http/outbound-error';
import { sources } from '@/lib/telemetry/sources';
import { MINUTE_MS } from '@/lib/time/units';
import { assessEpisode, requireEpisodeContext } from '../episodes/episode-context';
import { findAffectedRequests } from './affected-requests';
import type { AffectedRequestsView } from './contract';

/**
 * The requests that an episode's rule counts, by what failed or was slow: since the rule was pending
 * and what that saw, until now or its end.
 */
export async function loadAffectedRequests(
  id: string,
  signal: AbortSignal,
): Promise<AffectedRequestsView> {
  const context = await requireEpisodeContext(id);
  const { service, resolvedMs } = context;
  const { impactedSinceMs, subject } = await assessEpisode(context);
  const base = {
    since: new Date(impactedSinceMs).toISOString(),
    subject,
    signatures: [],
    partial: [],
    failed: null,
  };
  if (subject.kind === 'infrastructure') return base;
  if (!service)
    return {
      ...base,
      failed: 'No label of this alert names a service, so no requests can be matched.',
    };
  try {
    const { signatures, partial } = await findAffectedRequests(
      { service, subject },
      impactedSinceMs,
      resolvedMs === null ? Date.now() : resolvedMs + MINUTE_MS,
      signal,
    );
    return { ...base, signatures: [...signatures], partial: [...partial] };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ...base, failed: `${sources().traces.name} did not answer: ${error.message}.` };
  }
}
