import type { CallOptions, TraceSource } from '@/lib/telemetry/model';
import {
  epochNs,
  fromRfc3339,
  HOUR_MS,
  MINUTE_MS,
  msToNs,
  nsToMs,
  SECOND_MS,
  type Window,
} from '@/lib/time/units';
import type { Verdict } from '../contract';
import { findFailures } from '../explore/failures';
import { optionalAnswer } from './optional-answer';

const MIN_HEALTHY_BEFORE = 20;
/** So long without a failure of the kind before it is called new. */
const QUIET_MS = 5 * MINUTE_MS;

/** What a failure looks like, and the service of its culprit. */
export interface FailureKind {
  readonly signature: string;
  readonly service: string;
}

/**
 * Requests that failed the same way, in the hour before one and since; null where none are known or
 * the source does not answer.
 * @param window of the request
 */
export async function findSimilarFailures(
  traces: TraceSource,
  { signature, service }: FailureKind,
  window: Window,
  nowMs: number,
  options: CallOptions,
): Promise<Verdict['alike']> {
  const endMs = Math.min(nowMs, nsToMs(window.startNs) + HOUR_MS);
  const searched: Window = {
    startNs: epochNs(window.startNs - msToNs(HOUR_MS)),
    endNs: msToNs(endMs + SECOND_MS),
  };
  const answer = await optionalAnswer(
    'similar_failures',
    findFailures(traces, { window: searched, spanFilter: { service } }, options),
  );
  if (!answer) return null;
  const group = answer.data.signatures.find((each) => each.signature === signature);
  if (!group) return null;
  const since = fromRfc3339(group.firstSeen)!;
  // "Normally none" needs requests that did not fail: half an hour of them before the first.
  const before = await optionalAnswer(
    'healthy_before',
    traces.recent(
      {
        state: 'all',
        window: { startNs: epochNs(since - msToNs(HOUR_MS / 2)), endNs: since },
        limit: MIN_HEALTHY_BEFORE,
      },
      options,
    ),
  );
  const atLeast = answer.partial.length > 0;
  const wasQuiet = since - searched.startNs > msToNs(QUIET_MS);
  const hadHealthy = (before?.data.roots.length ?? 0) >= MIN_HEALTHY_BEFORE;
  return {
    count: group.count,
    since: group.firstSeen,
    trend: group.trend,
    atLeast,
    burst: !atLeast && wasQuiet && hadHealthy,
  };
}
