import { readPool } from '@/lib/db/pool';
import { errorFields } from '@/lib/errors/error-code';
import { abortError, OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import type { CallOptions } from '../model';

/**
 * Runs one read of the embedded store.
 * @throws OutboundError with the reason, as any other source
 */
export async function queryRows<Row extends object>(
  sql: string,
  values: unknown[],
  { signal, budget }: CallOptions,
): Promise<Row[]> {
  if (signal?.aborted) throw abortError(signal);
  budget?.take();
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(abortError(signal)), { once: true });
  });
  try {
    return (await Promise.race([readPool().query<Row>(sql, values), aborted])).rows;
  } catch (error) {
    throw error instanceof OutboundError ? error : sourceError(error);
  }
}

/** SQLSTATE class of data that Postgres does not accept. */
const DATA_EXCEPTION = '22';
/** SQLSTATE of a statement that ran into statement_timeout. */
const QUERY_CANCELED = '57014';

function sourceError(error: unknown): OutboundError {
  const { code } = error as { code?: string };
  if (code?.startsWith(DATA_EXCEPTION))
    return new OutboundError('bad_query', 'the database does not accept the values of the query');
  if (code === QUERY_CANCELED)
    return new OutboundError('timeout', 'the database did not answer in time');
  log().warn(errorFields(error), 'a read of the embedded store failed');
  return new OutboundError('unavailable', 'the database does not answer');
}
