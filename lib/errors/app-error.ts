/**
 * Every way a call into the portal can be refused. Closed: a new one needs a row here and in
 * docs/errors.md.
 */
export const ERROR_STATUS = {
  invalid_input: 400,
  invalid_correlation_id: 400,
  unauthenticated: 401,
  forbidden: 403,
  cross_origin: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  too_many_attempts: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/**
 * The one error the product throws on purpose. `message` is a sentence a person can act on and is
 * shown to them.
 */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'AppError';
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
