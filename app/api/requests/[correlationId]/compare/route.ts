import { z } from 'zod';
import { correlationIdSchema, requestParams } from '@/lib/correlation-id/schema';
import { comparison } from '@/lib/requests/view/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadComparison } from '@/lib/requests/view/load-comparison';

const query = z.object({
  with: z
    .union([z.literal('healthy'), correlationIdSchema])
    .default('healthy')
    .describe('another id; else a healthy request with the same root'),
  revision: z.string().max(64).optional(),
});

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}/compare',
    summary: 'What a request did differently from another one',
    params: requestParams,
    query,
    answers: [json(comparison)],
  },
  ({ params, query: { with: other, revision }, request }) =>
    loadComparison(params.correlationId, other, revision, request.signal),
);
