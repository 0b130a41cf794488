import { loadEpisodes } from '@/lib/alerts/episodes/load-episodes';
import { listQuery, episodeList } from '@/lib/alerts/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'alert:read',
    route: '/api/alerts',
    summary: 'List episodes, the most urgent first',
    query: listQuery,
    answers: [json(episodeList)],
  },
  ({ query }) => loadEpisodes(query),
);
