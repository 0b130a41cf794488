import { loadAffectedRequests } from '@/lib/alerts/analysis/load-affected-requests';
import { episodeParams } from '@/lib/alerts/contract';
import { affectedRequests } from '@/lib/alerts/analysis/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'alert:read',
    route: '/api/alerts/{episodeId}/affected-requests',
    summary: 'Requests an episode affects, by signature, counted now',
    params: episodeParams,
    answers: [json(affectedRequests)],
  },
  ({ params, request }) => loadAffectedRequests(params.episodeId, request.signal),
);
