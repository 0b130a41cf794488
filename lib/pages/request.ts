import { loadFrozen } from '@/lib/alerts/analysis/evidence';
import { bandsDuring } from '@/lib/alerts/episodes/episode-bands';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { AppError } from '@/lib/errors/app-error';
import type { AssembledRequest } from '@/lib/requests/discovery/request-collector';
import { loadRequest, type LoadOptions } from '@/lib/requests/view/load';

/**
 * A request with what was firing around it. One that no source knows any more is shown as it was frozen, if it was; so is one that is
 * asked for as evidence.
 * @throws AppError not_found for evidence that there is not
 */
export async function loadRequestWithAlerts(
  id: CorrelationId,
  options: LoadOptions & { readonly evidence?: string | undefined },
): Promise<AssembledRequest> {
  if (options.evidence !== undefined) {
    const frozen = await loadFrozen(id, options.evidence);
    if (!frozen)
      throw new AppError(
        'not_found',
        'This evidence does not hold that request, or it has expired.',
      );
    options.emit?.(frozen);
    return frozen;
  }
  const live = await loadRequest(id, { ...options, episodes: bandsDuring });
  if (live.view.spanCount + live.view.logCount > 0 || options.from) return live;
  const frozen = await loadFrozen(id, undefined).catch(() => undefined);
  if (!frozen) return live;
  options.emit?.(frozen);
  return frozen;
}
