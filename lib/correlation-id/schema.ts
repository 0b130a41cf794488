import { z } from 'zod';
import { asCorrelationId, type CorrelationId } from './grammar';

/** The sentence people see for a bad paste (ux: home). */
export const BAD_ID = 'No id found. Ids have 8–128 letters, digits or . _ : -';

export const correlationIdSchema = z.string().transform((text, check): CorrelationId => {
  const id = asCorrelationId(text);
  if (id) return id;
  check.addIssue({ code: 'custom', message: BAD_ID, params: { code: 'invalid_correlation_id' } });
  return z.NEVER;
});

/** The path parameter of `/requests/{correlationId}`. */
export const requestParams = z.object({ correlationId: correlationIdSchema });
