import { episodeParams, resolution, resolveBody } from '@/lib/alerts/contract';
import { resolveEpisode } from '@/lib/alerts/responses/resolve-episode';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const POST = handle(
  {
    method: 'POST',
    access: 'alert:answer',
    route: '/api/alerts/{episodeId}/resolution',
    summary: 'Resolve an episode whose source cannot tell its end',
    params: episodeParams,
    body: resolveBody,
    answers: [json(resolution)],
    errors: ['conflict'],
  },
  ({ params, body, principal }) => resolveEpisode(principal!, params.episodeId, body),
);
