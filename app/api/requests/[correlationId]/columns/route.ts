import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { handle } from '@/lib/http/inbound';
import { columnsOf, encodeColumns } from '@/lib/requests/view/columns';
import { loadRevision } from '@/lib/requests/view/load';

const query = z.object({ revision: z.string().min(1).max(64) });

export const GET = handle(
  {
    access: 'request:read',
    route: '/api/requests/{correlationId}/columns',
    params: requestParams,
    query,
  },
  async ({ params, query: { revision }, request }) => {
    const gathered = await loadRevision(params.correlationId, revision, request.signal);
    return new Response(encodeColumns(columnsOf(gathered.request)), {
      headers: { 'content-type': 'application/octet-stream' },
    });
  },
);
