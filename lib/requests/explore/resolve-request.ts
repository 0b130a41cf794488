import { asCorrelationId, CORRELATION_ATTRIBUTE } from '@/lib/correlation-id/grammar';
import type { Candidate } from '@/lib/correlation-id/resolve';
import { errorFields } from '@/lib/errors/error-code';
import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import { sources } from '@/lib/telemetry/sources';
import { epochMs } from '@/lib/time/units';
import { searchWindows } from '../discovery/search-windows';

const DEADLINE_MS = 4_000;

/**
 * The id to open for a candidate: a trace or span id leads to the correlation id its trace carries,
 * else to the trace itself.
 */
export async function resolveToRequestId(
  candidate: Candidate,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (candidate.kind === 'correlation-id') return candidate.id;
  const { traces } = sources();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    let traceId = candidate.kind === 'trace-id' ? candidate.id : undefined;
    if (candidate.kind === 'span-id') {
      for (const window of searchWindows(epochMs(Date.now()), 1)) {
        traceId = await traces.traceOfSpan(candidate.id, window, { signal: deadline });
        if (traceId) break;
      }
    }
    if (!traceId) return undefined;
    const { data } = await traces.fetch(traceId, { signal: deadline });
    const carried = data
      .map((span) => span.attributes[CORRELATION_ATTRIBUTE])
      .find(
        (value): value is string =>
          typeof value === 'string' && asCorrelationId(value) !== undefined,
      );
    return carried ?? traceId;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log().warn(
      { ...errorFields(error), kind: candidate.kind },
      'a pasted id was not resolved to a correlation id',
    );
    // A trace is found by its own id all the same.
    return candidate.kind === 'trace-id' ? candidate.id : undefined;
  }
}
