import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';
import type { ProblemDetails } from './contract';

/**
 * The one mapper from errors to HTTP: RFC 9457 problem+json, a closed code, a sentence, the
 * correlation id. Unknown errors say nothing of themselves.
 */
export function problem(error: unknown, correlationId: string | undefined): Response {
  const known = error instanceof AppError ? error : unknownError(error);
  const details: ProblemDetails = {
    type: `urn:throughline:error:${known.code}`,
    title: known.message,
    status: known.status,
    code: known.code,
    correlation_id: correlationId,
  };
  return Response.json(details, {
    status: known.status,
    headers: { ...known.headers, 'content-type': 'application/problem+json' },
  });
}

function unknownError(error: unknown): AppError {
  const code = (error as { code?: string }).code;
  log().error({ error: error instanceof Error ? error.stack : String(error) }, 'request failed');
  // Postgres away: connection refused, starting up or shutting down, or Prisma's word for it.
  if (
    code &&
    /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|57P0[123]|53300|P1001|P1002|P1008|P1017|P2024)$/.test(code)
  )
    return new AppError('unavailable', 'The database does not answer. Try again in a moment.', {
      'retry-after': '5',
    });
  return new AppError(
    'internal',
    'Something went wrong here. Look up the correlation id to see what.',
  );
}
