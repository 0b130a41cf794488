import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { AppError } from '@/lib/errors/app-error';
import { eventStream } from '@/lib/http/events';
import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import type { LogSource } from '@/lib/telemetry/model';
import { epochNs, HOUR_MS, msToNs, nsToMs, SECOND_MS } from '@/lib/time/units';
import { plainLine } from './plain-line';

const POLL_MS = 1_000;
/** Lines come late: exporters batch, and backends take them out of order. */
const LATE_MS = 15 * SECOND_MS;
const MAX_TAILS = 50;
const MAX_BACK_MS = 24 * HOUR_MS;
const SLOWEST_MS = 30 * SECOND_MS;

/**
 * New lines of one request as server-sent events: `lines` with those not sent before, `trouble`
 * with a sentence when the source does not answer. One way for every source: asked again each
 * second over the last seconds, as no backend's own tail survives every proxy. The event id is the
 * time of the newest line, from which a browser that lost the stream goes on.
 * @throws AppError unavailable when too many are open in this process.
 */
export function streamTail(
  id: CorrelationId,
  source: LogSource,
  since: bigint,
  left: AbortSignal,
): Response {
  return eventStream('views', MAX_TAILS, left, async (send, signal) => {
    for await (const event of pollLines(id, source, since, signal)) send(event);
  });
}

async function* pollLines(
  id: CorrelationId,
  source: LogSource,
  since: bigint,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const sent = new Map<string, bigint>();
  let newest = since;
  let from = since;
  let wait = POLL_MS;
  while (!signal.aborted) {
    const to = msToNs(Date.now() + SECOND_MS);
    try {
      const { data } = await source.byCorrelationId(
        id,
        { startNs: epochNs(from), endNs: to },
        { signal: AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]) },
      );
      const fresh = data.filter((line) => !sent.has(line.id));
      for (const line of fresh) sent.set(line.id, line.timeNs);
      // What was asked once is asked again only as far back as lines come late.
      from = to - msToNs(LATE_MS) > since ? to - msToNs(LATE_MS) : since;
      for (const [known, timeNs] of sent) if (timeNs < from) sent.delete(known);
      newest = fresh.reduce(
        (latest, line) => (line.timeNs > latest ? line.timeNs : latest),
        newest,
      );
      // After trouble also when there is nothing new: the source is back.
      if (fresh.length || wait > POLL_MS)
        yield `id: ${newest}\nevent: lines\ndata: ${JSON.stringify(fresh.map(plainLine))}`;
      wait = POLL_MS;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof OutboundError)) throw error;
      yield `event: trouble\ndata: ${JSON.stringify({ message: `${source.name} did not answer: ${error.message}.` })}`;
      wait = Math.min(SLOWEST_MS, wait * 2);
    }
    await pause(wait, signal);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(over, ms);
    function over() {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      done();
    }
    signal.addEventListener('abort', over);
  });

/**
 * Where a stream begins, a day back at most: a little before what the browser last saw (late lines;
 * some come twice, under the same id), else at `since`, else now.
 * @throws AppError invalid_input
 */
export function tailStart(
  lastEventId: string | null,
  since: bigint | undefined,
  nowMs: number,
): bigint {
  const oldest = msToNs(nowMs - MAX_BACK_MS);
  const after = (wanted: bigint) => (wanted > oldest ? wanted : oldest);
  if (lastEventId === null) return after(since ?? msToNs(nowMs));
  if (!/^\d{1,19}$/.test(lastEventId) || nsToMs(epochNs(BigInt(lastEventId))) > nowMs + LATE_MS)
    throw new AppError('invalid_input', 'Last-Event-ID is not one of ours.');
  return after(BigInt(lastEventId) - msToNs(LATE_MS));
}
