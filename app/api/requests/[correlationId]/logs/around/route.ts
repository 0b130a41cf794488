import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { handle } from '@/lib/http/inbound';
import { loadSurroundingLines } from '@/lib/requests/view/load';

const query = z.object({ revision: z.string().min(1).max(64), line: z.string().min(1).max(100) });

export const GET = handle(
  {
    access: 'request:read',
    route: '/api/requests/{correlationId}/logs/around',
    params: requestParams,
    query,
  },
  ({ params, query: { revision, line }, request }) =>
    loadSurroundingLines(params.correlationId, revision, line, request.signal),
);
