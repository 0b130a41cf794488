import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { content } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { columnsOf, encodeColumns } from '@/lib/requests/view/columns';
import { loadRevision } from '@/lib/requests/view/load-request';

const query = z.object({ revision: z.string().min(1).max(64) });

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}/columns',
    summary: 'The shape of a large request as binary columns',
    params: requestParams,
    query,
    answers: [
      content(
        'application/octet-stream',
        'little endian; start, duration, parent, lane, service, flags of each span',
      ),
    ],
  },
  async ({ params, query: { revision }, request }) => {
    const gathered = await loadRevision(params.correlationId, revision, request.signal);
    return new Response(encodeColumns(columnsOf(gathered.request)), {
      headers: { 'content-type': 'application/octet-stream' },
    });
  },
);
