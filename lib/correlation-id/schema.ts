import { z } from 'zod';
import { asSearchId, type CorrelationId } from './grammar';

/** The sentence people see for a bad paste (ux: home). */
export const BAD_ID =
  'No id found. Ids have 8–128 letters, digits or . _ : -, business numbers 5 digits or more.';

/** What the OpenAPI document says of it; the decision is the transformation's. */
const text = z.string().meta({ pattern: '^(?:[A-Za-z0-9][A-Za-z0-9._:-]{7,127}|[0-9]{5,7})$' });

export const correlationIdSchema = text.transform((text, check): CorrelationId => {
  const id = asSearchId(text);
  if (id) return id;
  check.addIssue({ code: 'custom', message: BAD_ID, params: { code: 'invalid_correlation_id' } });
  return z.NEVER;
});

/** The path parameter of `/requests/{correlationId}`. */
export const requestParams = z.object({ correlationId: correlationIdSchema });
