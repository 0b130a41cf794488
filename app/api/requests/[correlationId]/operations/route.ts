import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { operationList } from '@/lib/requests/view/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadOperations } from '@/lib/requests/view/load-operations';

const query = z.object({ revision: z.string().max(64) });

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}/operations',
    summary: 'Operations of a request: calls, errors, total and own time',
    params: requestParams,
    query,
    answers: [json(operationList)],
  },
  ({ params, query: { revision }, request }) =>
    loadOperations(params.correlationId, revision, request.signal),
);
