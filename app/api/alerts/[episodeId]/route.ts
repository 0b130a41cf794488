import { loadEpisode } from '@/lib/alerts/episodes/load-episodes';
import { episodeParams } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  { access: 'alert:read', route: '/api/alerts/{episodeId}', params: episodeParams },
  ({ params }) => loadEpisode(params.episodeId),
);
