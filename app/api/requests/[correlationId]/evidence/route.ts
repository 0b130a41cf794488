import { captureRequest } from '@/lib/alerts/analysis/evidence';
import { requestParams } from '@/lib/correlation-id/schema';
import { keptEvidence } from '@/lib/alerts/analysis/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const POST = handle(
  {
    method: 'POST',
    access: 'alert:answer',
    route: '/api/requests/{correlationId}/evidence',
    summary: 'Keep a request as evidence',
    params: requestParams,
    answers: [json(keptEvidence, { status: 201 })],
    errors: ['too_large'],
  },
  ({ params, principal, request }) =>
    captureRequest(params.correlationId, principal!.name, request.signal),
);
