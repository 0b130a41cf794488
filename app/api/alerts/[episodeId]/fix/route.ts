import { recordFix } from '@/lib/alerts/responses/acknowledgements';
import { episodeParams, textBody } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

export const PUT = handle(
  {
    access: 'alert:answer',
    route: '/api/alerts/{episodeId}/fix',
    params: episodeParams,
    body: textBody,
  },
  ({ params, body, principal }) => recordFix(principal!, params.episodeId, body.text),
);
