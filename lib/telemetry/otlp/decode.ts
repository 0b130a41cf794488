import { gunzip as gunzipCallback, inflate as inflateCallback } from 'node:zlib';
import { promisify } from 'node:util';
import { AppError } from '@/lib/errors/app-error';
import { bodyOf, readCapped } from '@/lib/http/body';
import type { Rejection, Signal } from '../rejection';
import { ExportResponse, RpcStatus } from './schema';

const gunzip = promisify(gunzipCallback);
const inflate = promisify(inflateCallback);

/**
 * Largest body of an export request, before and after decompression (OTLP exporters send far less).
 */
export const MAX_COMPRESSED = 16 * 1024 * 1024;
export const MAX_DECOMPRESSED = 64 * 1024 * 1024;

export type Encoding = 'json' | 'protobuf';

/** @throws AppError 415 for anything but the two encodings of OTLP/HTTP. */
export function encodingOf(contentType: string | null): Encoding {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  if (type === 'application/x-protobuf') return 'protobuf';
  throw new AppError('unsupported_media_type', 'Send application/json or application/x-protobuf.');
}

/** The body, at most `MAX_COMPRESSED` bytes, counted as they arrive. @throws AppError 413 */
export const readBody = (request: Request): Promise<Buffer> =>
  readCapped(
    bodyOf(request),
    MAX_COMPRESSED,
    () =>
      new AppError(
        'too_large',
        `The body is larger than ${MAX_COMPRESSED / 1024 / 1024} MiB. Send smaller batches.`,
      ),
  );

/**
 * @throws AppError 400 (truncated, not what it says), 413 (too much inside), 415 (unknown encoding)
 */
export async function decompress(body: Buffer, contentEncoding: string | null): Promise<Buffer> {
  const encoding = contentEncoding?.trim().toLowerCase() || 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate')
    throw new AppError(
      'unsupported_media_type',
      'Content-Encoding must be gzip, deflate or absent.',
    );
  try {
    return await (encoding === 'gzip' ? gunzip : inflate)(body, {
      maxOutputLength: MAX_DECOMPRESSED,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new AppError(
        'too_large',
        `The body decompresses to more than ${MAX_DECOMPRESSED / 1024 / 1024} MiB.`,
      );
    throw new AppError('invalid_input', `The body is not complete ${encoding}.`);
  }
}

const REJECTED_FIELD = { traces: 'rejectedSpans', logs: 'rejectedLogRecords' } as const;
const MAX_SENTENCES = 5;

/**
 * The answer to an export: empty, or with `partialSuccess` where something was rejected (OTLP:
 * still 200, not to be retried). Warnings alone go with a count of 0, as OTLP has it.
 */
export function exportResponse(
  signal: Signal,
  encoding: Encoding,
  rejected: readonly Rejection[],
  warnings: readonly string[],
): Response {
  const errorMessage = summarize(rejected, warnings);
  if (encoding === 'json') {
    const counted = { [REJECTED_FIELD[signal]]: String(rejected.length), errorMessage };
    return Response.json(errorMessage ? { partialSuccess: counted } : {});
  }
  const partialSuccess = { rejected: rejected.length, errorMessage };
  const message = errorMessage ? { partialSuccess } : {};
  return new Response(new Uint8Array(ExportResponse.encode(message).finish()), {
    headers: { 'content-type': 'application/x-protobuf' },
  });
}

/** Each sentence once, with how often it holds: "a span has no valid start time (3 times)". */
function summarize(rejected: readonly Rejection[], warnings: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const { sentence } of rejected) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  const sentences = [...counts].map(([sentence, count]) =>
    count === 1 ? sentence : `${sentence} (${count} times)`,
  );
  const left = sentences.length - MAX_SENTENCES;
  return [
    ...sentences.slice(0, MAX_SENTENCES),
    ...(left > 0 ? [`and ${left} more reasons`] : []),
    ...warnings,
  ].join('; ');
}

/** A refusal as OTLP/HTTP has it: a google.rpc.Status in the encoding of the request. */
export function exportRefusal(encoding: Encoding, error: AppError): Response {
  const headers = error.status === 503 ? { 'retry-after': '5' } : undefined;
  if (encoding === 'json')
    return Response.json(
      { code: error.status === 503 ? 14 : 3, message: error.message },
      { status: error.status, headers },
    );
  const body = RpcStatus.encode({
    code: error.status === 503 ? 14 : 3,
    message: error.message,
  }).finish();
  return new Response(new Uint8Array(body), {
    status: error.status,
    headers: { 'content-type': 'application/x-protobuf', ...headers },
  });
}
