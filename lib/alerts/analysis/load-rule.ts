import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { sources } from '@/lib/telemetry/sources';
import { epochMs } from '@/lib/time/units';
import { assessEpisode, requireEpisodeContext } from '../episodes/episode-context';
import type { RuleView } from './contract';
import { ruleGraph } from './rule';

/** The rule's value around the episode. */
export async function loadRule(id: string, signal: AbortSignal): Promise<RuleView> {
  const anchor = await requireEpisodeContext(id);
  const { metrics } = sources();
  const began = await assessEpisode(anchor);
  const base = {
    graph: null,
    pendingAt: new Date(began.pendingMs).toISOString(),
    impactedSince: new Date(began.impactedSinceMs).toISOString(),
    failed: null,
  };
  if (!metrics) return { ...base, failed: 'No metrics source is configured.' };
  try {
    const graph = await ruleGraph(
      metrics,
      anchor.labels,
      began.pendingMs,
      anchor.resolvedMs,
      epochMs(Date.now()),
      AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]),
    );
    return graph
      ? { ...base, graph }
      : {
          ...base,
          failed: `${metrics.name} has no rule called ${anchor.labels.alertname ?? anchor.name}.`,
        };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ...base, failed: `${metrics.name} did not answer: ${error.message}.` };
  }
}
