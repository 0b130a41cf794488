import { config } from '@/lib/config/load';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { AppError } from '@/lib/errors/app-error';
import { sources } from '@/lib/telemetry/sources';
import type { EpisodesDuring } from '../discovery/open-episodes';
import { collectRequest, type AssembledRequest } from '../discovery/request-collector';
import { parseWindow } from './chosen-window';
import { cachedRequest, cacheRequest } from './request-cache';

export interface LoadOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly emit?: (gathered: AssembledRequest) => void;
  readonly episodes?: EpisodesDuring | undefined;
}

/** Collects a request from the configured sources and keeps it for its windows. */
export async function loadRequest(
  id: CorrelationId,
  options: LoadOptions = {},
): Promise<AssembledRequest> {
  const assembled = await collectRequest(id, sources(), {
    nowMs: Date.now(),
    searchDays: config().SEARCH_DAYS,
    keptDays: config().RETENTION_HOURS / 24,
    window: parseWindow(options.from, options.to),
    signal: options.signal,
    episodes: options.episodes,
    emit:
      options.emit &&
      ((part) => {
        cacheRequest(part);
        options.emit!(part);
      }),
  });
  cacheRequest(assembled);
  return assembled;
}

/**
 * The request under a revision; a replica that does not hold it assembles it again.
 * @throws AppError not_found if it has changed since.
 */
export async function loadRevision(
  id: CorrelationId,
  revision: string,
  signal: AbortSignal,
): Promise<AssembledRequest> {
  const known = cachedRequest(id, revision);
  if (known) return known;
  const again = await loadRequest(id, { signal });
  if (again.view.revision !== revision)
    throw new AppError('not_found', 'The request has changed since. Load it again.');
  return again;
}
