import 'server-only';
import { restoreRequest } from '@/lib/alerts/analysis/evidence-store';
import { episodeBandsDuring } from '@/lib/alerts/episodes/episode-bands';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { processState } from '@/lib/config/process-state';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';
import type { AssembledRequest } from '@/lib/requests/discovery/request-collector';
import { loadRequest, type LoadOptions } from '@/lib/requests/view/load-request';
import { requestPage, type RequestPage } from './contract';
import { SharedLoads } from './shared-load';

export interface AssembledPage extends AssembledRequest {
  readonly view: RequestPage;
}

export interface RequestPageOptions extends Omit<LoadOptions, 'episodes' | 'emit'> {
  /** The id of the evidence that is to be shown, in place of what the sources have. */
  readonly evidence?: string | undefined;
  readonly emit?: (page: AssembledPage) => void;
}

/**
 * A request with the alert episodes around it. One that no source has any more is restored from
 * evidence, if there is some; so is one that is asked for as evidence.
 * @throws AppError not_found for evidence that does not exist
 */
export async function loadRequestPage(
  id: CorrelationId,
  { evidence, emit, ...options }: RequestPageOptions,
): Promise<AssembledPage> {
  const emitted = (assembled: AssembledRequest): AssembledPage => {
    const page = withEpisodes(assembled);
    emit?.(page);
    return page;
  };
  if (evidence !== undefined) {
    const frozen = await restoreRequest(id, evidence);
    if (frozen) return emitted(frozen);
    throw new AppError('not_found', 'This evidence does not hold that request, or it has expired.');
  }
  const live = await loadRequest(id, {
    ...options,
    episodes: episodeBandsDuring,
    ...(emit && { emit: emitted }),
  });
  if (live.view.spanCount + live.view.logCount > 0 || options.from) return withEpisodes(live);
  const frozen = await restoreRequest(id, undefined).catch((error: unknown) => {
    log().warn(
      { code: 'evidence_unreadable', error: String(error) },
      'a request that no source has could not be looked for in the evidence',
    );
    return undefined;
  });
  return frozen ? emitted(frozen) : withEpisodes(live);
}

const withEpisodes = (assembled: AssembledRequest): AssembledPage => ({
  ...assembled,
  view: {
    ...assembled.view,
    episodes: requestPage.shape.episodes.parse(assembled.view.episodes),
  },
});

const loads = processState('pages.request-loads', () => new SharedLoads<AssembledPage>());

/**
 * The same, shared by all who ask for it at once: the page that is rendered on the server begins
 * it, and its browser goes on with it.
 * @throws AppError not_found for evidence that does not exist
 */
export function followRequestPage(
  id: CorrelationId,
  { from, to, evidence, signal, emit }: RequestPageOptions,
): Promise<AssembledPage> {
  const selection = { from, to, evidence };
  return loads().follow(
    JSON.stringify([id, selection]),
    (options) => loadRequestPage(id, { ...selection, ...options }),
    { signal, emit },
  );
}
