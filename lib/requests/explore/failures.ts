import type {
  Answer,
  CallOptions,
  FailedRequest,
  FailuresQuery,
  TraceSource,
} from '@/lib/telemetry/model';
import { groupBySignature } from '../verdict/signatures';
import type { SignatureGroup } from './contract';

/** Of so many failures of a window the causes are read; `partial` says when there are more. */
const MAX_FAILURES = 5_000;

export interface GroupedFailures {
  /** Most frequent first. */
  readonly signatures: readonly SignatureGroup[];
  /** What they were made of, newest first. */
  readonly requests: readonly FailedRequest[];
  /** How many failed, read or not; undefined where the source cannot tell. */
  readonly failedTotal: number | undefined;
  readonly total: number | undefined;
}

/**
 * The failures of a window by signature: the one way to count them, for home, the request page and
 * alerts. Counts are exact where `partial` is empty. @throws OutboundError
 */
export async function findFailures(
  traces: TraceSource,
  query: Omit<FailuresQuery, 'limit'>,
  options: CallOptions,
): Promise<Answer<GroupedFailures>> {
  const { data, partial } = await traces.failures({ ...query, limit: MAX_FAILURES }, options);
  return {
    data: { ...data, signatures: groupBySignature(data.requests, query.window) },
    partial,
  };
}
