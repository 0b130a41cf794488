import { loadRule } from '@/lib/alerts/analysis/load-rule';
import { episodeParams } from '@/lib/alerts/contract';
import { episodeRule } from '@/lib/alerts/analysis/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'alert:read',
    route: '/api/alerts/{episodeId}/rule',
    summary: 'The value of the rule around an episode',
    params: episodeParams,
    answers: [json(episodeRule)],
  },
  ({ params, request }) => loadRule(params.episodeId, request.signal),
);
