import { asCorrelationId, type CorrelationId } from '@/lib/correlation-id/grammar';
import { AppError } from '@/lib/errors/app-error';
import { distinctReasons } from '@/lib/telemetry/partial-reason';
import { sources } from '@/lib/telemetry/sources';
import { epochNs, HOUR_MS, msToNs, type Window } from '@/lib/time/units';
import type { AssembledRequest } from '../discovery/request-collector';
import { withDeadline } from '../discovery/source-deadline';
import { requiredAnswer } from '../discovery/required-answer';
import { differences } from './compare';
import type { Comparison } from './contract';
import { loadRequest, loadRevision } from './load-request';

/** Among so many requests around it a healthy one is looked for. */
const MAX_CANDIDATES = 500;

/**
 * What a request did differently from another, or from a healthy one: a request with the same root,
 * that succeeded in about the usual time, near to it.
 * @param revision of the request, where the asker has one: it is not collected again
 * @throws AppError not_found when either is not there.
 */
export async function loadComparison(
  id: CorrelationId,
  other: CorrelationId | 'healthy',
  revision: string | undefined,
  signal: AbortSignal,
): Promise<Comparison> {
  const here =
    revision === undefined
      ? await loadRequest(id, { signal })
      : await loadRevision(id, revision, signal);
  if (here.request.tree.nodes.length === 0)
    throw new AppError(
      'not_found',
      'No span of this request was found; there is nothing to compare.',
    );
  const there = await loadRequest(
    other === 'healthy' ? await findHealthyRequest(here, signal) : other,
    {
      signal,
    },
  );
  if (there.request.tree.nodes.length === 0)
    throw new AppError('not_found', 'No span of the other request was found.');
  return {
    correlationId: id,
    with: {
      correlationId: there.view.correlationId,
      start: there.view.window!.start,
      durationNs: there.request.durationNs,
      healthy: other === 'healthy',
    },
    durationNs: here.request.durationNs,
    incomplete: distinctReasons(
      [here, there].flatMap(({ view }) =>
        view.ledger
          .filter(({ signal, state }) => signal === 'traces' && state !== 'ok')
          .flatMap(({ reasons }) => reasons),
      ),
    ),
    operations: differences(here.request, there.request),
  };
}

async function findHealthyRequest(
  { request }: AssembledRequest,
  signal: AbortSignal,
): Promise<CorrelationId> {
  const [root] = request.tree.nodes;
  const { service, name } = root!.span;
  const window: Window = {
    startNs: epochNs(request.originNs - msToNs(HOUR_MS)),
    endNs: epochNs(request.originNs + msToNs(HOUR_MS)),
  };
  const own = new Set<string>(request.tree.lanes.map((lane) => lane.traceId));
  const { traces } = sources();
  const answer = await requiredAnswer(
    traces.name,
    traces.recent(
      {
        state: 'succeeded',
        service,
        spanFilter: { service, operation: name },
        window,
        limit: MAX_CANDIDATES,
      },
      withDeadline(signal),
    ),
  );
  const alike = answer.data.roots
    .filter(
      (each) =>
        each.service === service &&
        each.name === name &&
        each.outcome === 'good' &&
        each.ended &&
        !own.has(each.traceId),
    )
    .sort((a, b) => (a.durationNs < b.durationNs ? -1 : 1));
  const usual = alike[Math.floor(alike.length / 2)];
  if (!usual) {
    const incomplete = answer.partial.map(({ sentence }) => `; ${sentence}`).join('');
    throw new AppError(
      'not_found',
      `No healthy request of ${service} ${name} was found within an hour of this one` +
        `${incomplete}. Name another with ?with=.`,
    );
  }
  return usual.correlationId ?? asCorrelationId(usual.traceId)!;
}
