import { loadEpisode } from '@/lib/alerts/episodes/load-episodes';
import { episodeParams, episodeView } from '@/lib/alerts/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'alert:read',
    route: '/api/alerts/{episodeId}',
    summary: 'One episode: its timeline, evidence and earlier episodes',
    params: episodeParams,
    answers: [json(episodeView)],
  },
  ({ params }) => loadEpisode(params.episodeId),
);
