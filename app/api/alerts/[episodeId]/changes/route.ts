import { loadChanges } from '@/lib/alerts/analysis/load-changes';
import { episodeParams } from '@/lib/alerts/contract';
import { episodeChanges } from '@/lib/alerts/analysis/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'alert:read',
    route: '/api/alerts/{episodeId}/changes',
    summary: 'Rollouts and events of the workload, pod or node an alert names',
    params: episodeParams,
    answers: [json(episodeChanges)],
  },
  ({ params, request }) => loadChanges(params.episodeId, request.signal),
);
