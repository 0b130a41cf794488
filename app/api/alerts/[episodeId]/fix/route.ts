import { sayFix } from '@/lib/alerts/acknowledgements';
import { episodeParams, textBody } from '@/lib/alerts/schema';
import { handle } from '@/lib/http/inbound';

export const PUT = handle(
  {
    access: 'alert:answer',
    route: '/api/alerts/{episodeId}/fix',
    params: episodeParams,
    body: textBody,
  },
  ({ params, body, principal }) => sayFix(principal!, params.episodeId, body.text),
);
