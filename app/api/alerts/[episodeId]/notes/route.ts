import { addNote } from '@/lib/alerts/responses/acknowledgements';
import { episodeParams, textBody } from '@/lib/alerts/contract';
import { noContent } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const POST = handle(
  {
    method: 'POST',
    access: 'alert:answer',
    route: '/api/alerts/{episodeId}/notes',
    summary: 'Add a note to an episode',
    params: episodeParams,
    body: textBody,
    answers: [noContent('added')],
  },
  ({ params, body, principal }) => addNote(principal!, params.episodeId, body.text),
);
