import { loadRule } from '@/lib/alerts/analysis/load-rule';
import { episodeParams } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  { access: 'alert:read', route: '/api/alerts/{episodeId}/rule', params: episodeParams },
  ({ params, request }) => loadRule(params.episodeId, request.signal),
);
