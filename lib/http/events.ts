import { processState } from '@/lib/config/process-state';
import { AppError } from '@/lib/errors/app-error';
import { SECOND_MS } from '@/lib/time/units';

const HEARTBEAT_MS = 15 * SECOND_MS;
/** After this long a stream ends, and the browser asks again where it was. */
const LIFETIME_MS = 15 * 60 * SECOND_MS;

/** How many streams of each kind are open. */
const openStreams = processState('http.open-streams', () => new Map<string, number>());

/**
 * Server-sent events for as long as `work` goes on: it is given what sends one event (as text,
 * without its empty last line) and a signal for when the reader has left or the stream has lived
 * long enough. `most` of a kind may be open in a process.
 * @throws AppError unavailable when too many are
 */
export function eventStream(
  kind: string,
  most: number,
  left: AbortSignal,
  work: (send: (event: string) => void, signal: AbortSignal) => Promise<void>,
): Response {
  const open = openStreams();
  if ((open.get(kind) ?? 0) >= most)
    throw new AppError('unavailable', `${most} live ${kind} are open. Close one.`, {
      'retry-after': '10',
    });
  open.set(kind, (open.get(kind) ?? 0) + 1);
  const stop = new AbortController();
  const signal = AbortSignal.any([left, stop.signal, AbortSignal.timeout(LIFETIME_MS)]);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (text: string) => {
        if (!signal.aborted) controller.enqueue(encoder.encode(`${text}\n\n`));
      };
      const heartbeat = setInterval(() => send(': alive'), HEARTBEAT_MS);
      try {
        send('retry: 2000');
        await work(send, signal);
      } finally {
        clearInterval(heartbeat);
        open.set(kind, open.get(kind)! - 1);
        if (!stop.signal.aborted) controller.close();
      }
    },
    cancel: () => stop.abort(),
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  });
}
