import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { surroundingLines } from '@/lib/requests/view/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadSurroundingLines } from '@/lib/requests/view/surrounding-lines';

const query = z.object({ revision: z.string().min(1).max(64), line: z.string().min(1).max(100) });

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}/logs/around',
    summary: 'Log lines before and after one of the request, in its own stream',
    params: requestParams,
    query,
    answers: [json(surroundingLines)],
  },
  ({ params, query: { revision, line }, request }) =>
    loadSurroundingLines(params.correlationId, revision, line, request.signal),
);
