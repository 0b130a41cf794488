import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { Series } from '@/lib/telemetry/model';
import { sources } from '@/lib/telemetry/sources';
import type { Panel } from '../catalogue/panel';
import { QueryCache, querySeries } from './query-cache';
import type { QueryFrame } from './query-frame';

/** All series of one panel, for what cannot do without them. @throws AppError unavailable */
export async function queryAllSeries(
  panel: Pick<Panel, 'query' | 'sharedQuery' | 'derive'>,
  frame: QueryFrame,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const { metrics } = sources();
  if (!metrics) throw new AppError('unavailable', 'No metrics source is configured.');
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]);
  try {
    return (await querySeries(panel, frame, new QueryCache(metrics, frame, deadline))).data;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new AppError('unavailable', `${metrics.name} did not answer: ${error.message}.`);
  }
}
