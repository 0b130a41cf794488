import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { asCorrelationId, type CorrelationId } from '@/lib/correlation-id/grammar';
import { mintCorrelationId, withCorrelationId } from '@/lib/correlation-id/propagation';
import { metrics } from '@/lib/observability/metrics';
import { CANARY_SPAN, exports } from '@/lib/observability/register';
import { SECOND_MS, windowEndingAt, epochMs, MINUTE_MS } from '@/lib/time/units';
import { sources, type Sources } from './sources';

type Signal = 'traces' | 'logs';

/** How many of the last canaries are searched for; an older one that is lost is forgotten. */
const SEARCHED_FOR = 3;
const LOOK_BACK_MS = 10 * MINUTE_MS;
const DEADLINE_MS = 5 * SECOND_MS;

/**
 * Proves once a turn that what is sent arrives: looks for the spans and lines of earlier turns by
 * their correlation id, in the sources that people are answered from, then sends the next.
 * `throughline_canary_found_timestamp_seconds` says when each signal was last found; it begins with
 * the first turn, so that one that never comes is missed too.
 */
export function canary(
  signals: readonly Signal[] = exports(),
  from: () => Pick<Sources, Signal> = sources,
): () => Promise<void> {
  const sent: CorrelationId[] = [];
  for (const signal of signals) setFound(signal);
  return async () => {
    const known = [...sent];
    const window = windowEndingAt(epochMs(Date.now()), LOOK_BACK_MS);
    const count = {
      traces: async (id: CorrelationId) =>
        (await from().traces.find(id, window, { signal: AbortSignal.timeout(DEADLINE_MS) })).data
          .length,
      logs: async (id: CorrelationId) =>
        (
          await from().logs.byCorrelationId(id, window, {
            signal: AbortSignal.timeout(DEADLINE_MS),
          })
        ).data.length,
    };
    await Promise.all(
      signals.map(async (signal) => {
        // No error here: a source that fails has an alert of its own, and its canary counts as not
        // found.
        const counts = await Promise.all(known.map((id) => count[signal](id).catch(() => 0)));
        if (counts.some((count) => count > 0)) setFound(signal);
      }),
    );
    if (signals.length) sent.unshift(send());
    sent.splice(SEARCHED_FOR);
  };
}

const setFound = (signal: Signal) =>
  metrics().canaryFound.set({ signal }, Math.floor(Date.now() / SECOND_MS));

/** One span and one line under an id of their own. */
function send(): CorrelationId {
  const id = asCorrelationId(mintCorrelationId())!;
  const own = withCorrelationId(id, ROOT_CONTEXT);
  const span = trace
    .getTracer('throughline')
    .startSpan(CANARY_SPAN, { kind: SpanKind.INTERNAL, root: true }, own);
  context.with(trace.setSpan(own, span), () =>
    logs.getLogger('throughline').emit({ severityNumber: 9, severityText: 'info', body: 'canary' }),
  );
  span.end();
  return id;
}
