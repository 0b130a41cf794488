import type { Gathered } from './gather';
import type { RequestView } from './schema';

/**
 * The view as NDJSON: each line carries the fields that changed since the line before, whole; the reader lays them over what it has.
 * The last line has `complete: true`. When the reader leaves, the search stops.
 */
export function streamParts(load: (emit: (gathered: Gathered) => void, signal: AbortSignal) => Promise<unknown>, left: AbortSignal): Response {
  const stop = new AbortController();
  const signal = AbortSignal.any([left, stop.signal]);
  const encoder = new TextEncoder();
  const sent = new Map<string, string>();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = ({ view }: Gathered) => {
        if (signal.aborted) return;
        const fields = (Object.keys(view) as (keyof RequestView)[]).flatMap((key) => {
          const text = JSON.stringify(view[key]);
          if (sent.get(key) === text) return [];
          sent.set(key, text);
          return [`${JSON.stringify(key)}:${text}`];
        });
        if (fields.length) controller.enqueue(encoder.encode(`{${fields.join(',')}}\n`));
      };
      load(write, signal).then(
        () => (signal.aborted ? undefined : controller.close()),
        (error: unknown) => (signal.aborted ? undefined : controller.error(error)),
      );
    },
    cancel: () => stop.abort(),
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson', 'x-accel-buffering': 'no' } });
}
