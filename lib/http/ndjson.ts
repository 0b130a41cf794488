/**
 * An answer of one JSON object a line, each sent as it is there. When the reader leaves, `load`'s
 * signal aborts and nothing is written any more; what `load` throws breaks the answer off, so that
 * nobody takes it for whole.
 */
export function ndjsonResponse(
  load: (write: (part: object | string) => void, signal: AbortSignal) => Promise<unknown>,
  left: AbortSignal,
): Response {
  const stop = new AbortController();
  const signal = AbortSignal.any([left, stop.signal]);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (part: object | string) => {
        if (!signal.aborted)
          controller.enqueue(
            encoder.encode(`${typeof part === 'string' ? part : JSON.stringify(part)}\n`),
          );
      };
      load(write, signal).then(
        () => (signal.aborted ? undefined : controller.close()),
        (error: unknown) => (signal.aborted ? undefined : controller.error(error)),
      );
    },
    cancel: () => stop.abort(),
  });
  return new Response(body, {
    headers: { 'content-type': 'application/x-ndjson', 'x-accel-buffering': 'no' },
  });
}
