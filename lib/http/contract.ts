import { z } from 'zod';
import { ERROR_STATUS, type ErrorCode } from '@/lib/errors/app-error';

const CODES = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];

/** What every refusal answers: RFC 9457 with a closed code. */
export const problemDetails = z
  .object({
    type: z.string().describe('urn:throughline:error: and the code'),
    title: z.string().describe('what went wrong, and what to do'),
    status: z.number().int(),
    code: z.enum(CODES),
    correlation_id: z.string().optional().describe('under which the portal wrote its own logs'),
  })
  .meta({ id: 'Problem' });
export type ProblemDetails = z.infer<typeof problemDetails>;
