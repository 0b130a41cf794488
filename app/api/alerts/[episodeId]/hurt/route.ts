import { loadHurt } from '@/lib/alerts/analysis/load-affected-requests';
import { episodeParams } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  { access: 'alert:read', route: '/api/alerts/{episodeId}/hurt', params: episodeParams },
  ({ params, request }) => loadHurt(params.episodeId, request.signal),
);
