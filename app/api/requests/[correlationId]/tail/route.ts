import { z } from 'zod';
import { requestParams } from '@/lib/correlation-id/schema';
import { AppError } from '@/lib/errors/app-error';
import { tailEvents } from '@/lib/requests/view/contract';
import { events } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { streamTail, tailStart } from '@/lib/requests/view/tail';
import { sources } from '@/lib/telemetry/sources';
import { fromRfc3339 } from '@/lib/time/units';

const query = z.object({
  since: z.string().max(40).optional().describe('RFC 3339; else from now on'),
});

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}/tail',
    summary: 'New log lines of a request, live',
    params: requestParams,
    query,
    answers: [events(tailEvents)],
  },
  async ({ params, query: { since }, request }) => {
    const from = since === undefined ? undefined : fromRfc3339(since);
    if (since !== undefined && from === undefined)
      throw new AppError('invalid_input', 'since must be an RFC 3339 time.');
    return streamTail(
      params.correlationId,
      sources().logs,
      tailStart(request.headers.get('last-event-id'), from, Date.now()),
      request.signal,
    );
  },
);
