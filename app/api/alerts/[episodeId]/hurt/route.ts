import { loadAffectedRequests } from '@/lib/alerts/analysis/load-affected-requests';
import { episodeParams } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  { access: 'alert:read', route: '/api/alerts/{episodeId}/hurt', params: episodeParams },
  ({ params, request }) => loadAffectedRequests(params.episodeId, request.signal),
);
