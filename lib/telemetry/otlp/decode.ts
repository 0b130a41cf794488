import { gunzip as gunzipCallback, inflate as inflateCallback } from 'node:zlib';
import { promisify } from 'node:util';
import { AppError } from '@/lib/errors/app-error';
import { bodyOf, readCapped } from '@/lib/http/body';
import { ExportResponse, LogsRequest, RpcStatus, TraceRequest } from './schema';
import type { WireResourceLogs, WireResourceSpans } from './wire';

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

export const decodeTraces = (body: Uint8Array, encoding: Encoding): WireResourceSpans[] =>
  decode(body, encoding, TraceRequest, 'resourceSpans') as WireResourceSpans[];
export const decodeLogs = (body: Uint8Array, encoding: Encoding): WireResourceLogs[] =>
  decode(body, encoding, LogsRequest, 'resourceLogs') as WireResourceLogs[];

function decode(
  body: Uint8Array,
  encoding: Encoding,
  type: typeof TraceRequest,
  field: string,
): unknown[] {
  let message: unknown;
  try {
    message =
      encoding === 'json'
        ? JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
        : type.decode(body);
  } catch {
    // Not swallowed: it becomes the refusal of the request.
    throw new AppError('invalid_input', `The body is not an OTLP ${encoding} message.`);
  }
  const groups =
    typeof message === 'object' && message !== null
      ? (message as Record<string, unknown>)[field]
      : undefined;
  if (
    typeof message !== 'object' ||
    message === null ||
    Array.isArray(message) ||
    (groups !== undefined && !Array.isArray(groups))
  ) {
    throw new AppError('invalid_input', `The body has no list "${field}".`);
  }
  return groups ?? [];
}

/**
 * The answer to an export: empty, or with `partialSuccess` where something was rejected (OTLP:
 * still 200, not to be retried).
 */
export function exportResponse(
  encoding: Encoding,
  rejectedField: 'rejectedSpans' | 'rejectedLogRecords',
  rejected: readonly string[],
): Response {
  const summary = [...new Set(rejected)].slice(0, 5).join('; ');
  if (encoding === 'json') {
    return Response.json(
      rejected.length
        ? { partialSuccess: { [rejectedField]: String(rejected.length), errorMessage: summary } }
        : {},
    );
  }
  const message = rejected.length
    ? { partialSuccess: { rejected: rejected.length, errorMessage: summary } }
    : {};
  return new Response(new Uint8Array(ExportResponse.encode(message).finish()), {
    headers: { 'content-type': 'application/x-protobuf' },
  });
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
