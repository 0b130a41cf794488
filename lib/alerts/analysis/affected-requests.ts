import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { log } from '@/lib/observability/log';
import type { SignatureGroup } from '@/lib/requests/explore/contract';
import { groupBySignature } from '@/lib/requests/verdict/signatures';
import type { RootSummary } from '@/lib/telemetry/model';
import { explainPartial, type PartialReason } from '@/lib/telemetry/partial-reason';
import { sources } from '@/lib/telemetry/sources';
import { msToNs, SECOND_MS, type Window } from '@/lib/time/units';

const MAX_REQUESTS = 500;

export interface AffectedRequests {
  readonly window: Window;
  readonly signatures: readonly SignatureGroup[];
  readonly roots: readonly RootSummary[];
  readonly partial: readonly PartialReason[];
}

/** Requests in which a span of the service failed, and that failed by it. @throws OutboundError */
export async function findAffectedRequests(
  service: string,
  fromMs: number,
  toMs: number,
  signal?: AbortSignal,
): Promise<AffectedRequests> {
  const window: Window = { startNs: msToNs(fromMs), endNs: msToNs(toMs + SECOND_MS) };
  const deadline = AbortSignal.timeout(SOURCE_DEADLINE_MS);
  const { data, partial } = await sources().traces.recent(
    { state: 'failed', spanFilter: { service, failed: true }, window, limit: MAX_REQUESTS },
    { signal: signal ? AbortSignal.any([signal, deadline]) : deadline },
  );
  return {
    window,
    roots: data.roots,
    signatures: groupBySignature(data.roots, window),
    partial: [
      ...partial,
      ...(data.roots.length >= MAX_REQUESTS
        ? [
            explainPartial({
              code: 'row_limit',
              kept: 'newest',
              rows: 'failures',
              limit: MAX_REQUESTS,
            }),
          ]
        : []),
    ],
  };
}

/**
 * What failed in a service from a moment on; undefined where the traces do not answer, or not in
 * full of a time that is over.
 */
export async function countFailures(
  service: string,
  sinceMs: number,
  untilMs = Date.now(),
): Promise<readonly SignatureGroup[] | undefined> {
  if (sinceMs >= untilMs) return [];
  try {
    const hurt = await findAffectedRequests(service, sinceMs, untilMs);
    return hurt.partial.length && untilMs < Date.now() ? undefined : hurt.signatures;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log().warn({ service, reason: error.reason }, 'failing requests could not be counted');
    return undefined;
  }
}
