import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { log } from '@/lib/observability/log';
import type { SignatureGroup } from '@/lib/requests/explore/contract';
import { findFailures } from '@/lib/requests/explore/failures';
import type { FailedRequest } from '@/lib/telemetry/model';
import type { PartialReason } from '@/lib/telemetry/partial-reason';
import { sources } from '@/lib/telemetry/sources';
import { msToNs, SECOND_MS, type Window } from '@/lib/time/units';

export interface AffectedRequests {
  readonly window: Window;
  readonly signatures: readonly SignatureGroup[];
  /** Newest first. */
  readonly requests: readonly FailedRequest[];
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
  const { data, partial } = await findFailures(
    sources().traces,
    { spanFilter: { service, failed: true }, window },
    { signal: signal ? AbortSignal.any([signal, deadline]) : deadline },
  );
  return { window, requests: data.requests, signatures: data.signatures, partial };
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
