import { captureRequest } from '@/lib/alerts/analysis/evidence';
import { requestParams } from '@/lib/correlation-id/schema';
import { handle } from '@/lib/http/inbound';

export const POST = handle(
  {
    access: 'alert:answer',
    route: '/api/requests/{correlationId}/evidence',
    params: requestParams,
  },
  async ({ params, principal, request }) =>
    Response.json(await captureRequest(params.correlationId, principal!.name, request.signal), {
      status: 201,
    }),
);
