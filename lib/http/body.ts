/**
 * The whole of a stream, at most `maxBytes`, counted as it arrives; `tooLarge` makes the error that
 * ends the reading.
 */
export async function readCapped(
  stream: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (stream) {
    for await (const chunk of stream) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks, size) as Buffer<ArrayBuffer>;
}

/**
 * The body of a request as our own code reads it: Node's web streams can be iterated, which the
 * DOM's types do not know.
 */
export const bodyOf = (request: Request): AsyncIterable<Uint8Array> | null =>
  request.body as unknown as AsyncIterable<Uint8Array> | null;
