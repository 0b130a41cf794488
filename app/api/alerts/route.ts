import { loadEpisodes } from '@/lib/alerts/episodes/load-episodes';
import { listQuery } from '@/lib/alerts/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  { access: 'alert:read', route: '/api/alerts', query: listQuery },
  ({ query }) => loadEpisodes(query),
);
