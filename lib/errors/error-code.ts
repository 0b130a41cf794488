/**
 * The code of any caught error, for logs: that of an AppError, SQLSTATE of Postgres, errno of the
 * system, the reason of an OutboundError, else the name of its class.
 */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'not_an_error';
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  if (typeof code === 'string') return code;
  return typeof reason === 'string' ? reason : error.name;
}

/** What a log line says of a caught error. */
export const errorFields = (error: unknown): { code: string; error: string } => ({
  code: errorCode(error),
  error: error instanceof Error ? error.message : String(error),
});
