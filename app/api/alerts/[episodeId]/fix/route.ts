import { recordFix } from '@/lib/alerts/responses/acknowledgements';
import { episodeParams, textBody } from '@/lib/alerts/contract';
import { noContent } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const PUT = handle(
  {
    method: 'PUT',
    access: 'alert:answer',
    route: '/api/alerts/{episodeId}/fix',
    summary: 'Record what fixed an episode',
    params: episodeParams,
    body: textBody,
    answers: [noContent('kept')],
    errors: ['conflict'],
  },
  ({ params, body, principal }) => recordFix(principal!, params.episodeId, body.text),
);
