import { acknowledgeBody, acknowledgeResult, episodeParams } from '@/lib/alerts/contract';
import { acknowledge, endAcknowledgement } from '@/lib/alerts/responses/acknowledgements';
import { json, noContent } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

const spec = {
  access: 'alert:answer',
  route: '/api/alerts/{episodeId}/acknowledgement',
  params: episodeParams,
} as const;

export const PUT = handle(
  {
    ...spec,
    method: 'PUT',
    summary: 'Acknowledge an episode, renew it or hand it over',
    body: acknowledgeBody,
    answers: [json(acknowledgeResult)],
    errors: ['conflict'],
  },
  async ({ params, body, principal }) => {
    const [result] = await acknowledge(principal!, [params.episodeId], body);
    return result!;
  },
);

/** Taken back, or never there: either way nothing is acknowledged afterwards. */
export const DELETE = handle(
  {
    ...spec,
    method: 'DELETE',
    summary: 'Take an acknowledgement back',
    answers: [noContent('nothing is acknowledged')],
  },
  ({ params, principal }) => endAcknowledgement([params.episodeId], 'withdrawn', principal!.name),
);
