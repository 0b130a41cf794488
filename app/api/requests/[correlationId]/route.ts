import { z } from 'zod';
import { requestPage, requestPagePart } from '@/lib/pages/contract';
import { json, ndjson } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { followRequestPage, loadRequestPage } from '@/lib/pages/request';
import { requestParams } from '@/lib/correlation-id/schema';
import { parseWindow } from '@/lib/requests/view/chosen-window';
import { streamView } from '@/lib/requests/view/stream';

const query = z.object({
  from: z.string().max(40).optional().describe('RFC 3339, with to: only this window'),
  to: z.string().max(40).optional().describe('RFC 3339, after from'),
  evidence: z.uuid().optional().describe('id of kept evidence: the request as it was then'),
});

export const GET = handle(
  {
    method: 'GET',
    access: 'request:read',
    route: '/api/requests/{correlationId}',
    summary: 'The whole view of a request',
    params: requestParams,
    query,
    answers: [json(requestPage), ndjson(requestPagePart)],
  },
  async ({ params, query: { from, to, evidence }, request }) => {
    parseWindow(from, to);
    if (request.headers.get('accept')?.includes('application/x-ndjson'))
      return streamView(
        (emit, signal) =>
          followRequestPage(params.correlationId, { from, to, evidence, signal, emit }),
        request.signal,
      );
    return (
      await loadRequestPage(params.correlationId, {
        from,
        to,
        evidence,
        signal: request.signal,
      })
    ).view;
  },
);
