import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { handle } from '@/lib/http/inbound';
import { loadOperations } from '@/lib/requests/view/load';

const query = z.object({ revision: z.string().max(64) });

export const GET = handle(
  {
    access: 'request:read',
    route: '/api/requests/{correlationId}/operations',
    params: requestParams,
    query,
  },
  ({ params, query: { revision }, request }) =>
    loadOperations(params.correlationId, revision, request.signal),
);
