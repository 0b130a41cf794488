import { loadChanges } from '@/lib/alerts/analysis/load-changes';
import { episodeParams } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  { access: 'alert:read', route: '/api/alerts/{episodeId}/changes', params: episodeParams },
  ({ params, request }) => loadChanges(params.episodeId, request.signal),
);
