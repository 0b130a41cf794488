import { addNote } from '@/lib/alerts/responses/acknowledgements';
import { episodeParams, textBody } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

export const POST = handle(
  {
    access: 'alert:answer',
    route: '/api/alerts/{episodeId}/notes',
    params: episodeParams,
    body: textBody,
  },
  ({ params, body, principal }) => addNote(principal!, params.episodeId, body.text),
);
