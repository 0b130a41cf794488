import { loadHomeTiles } from '@/lib/pages/home';
import { tileList } from '@/lib/dashboards/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards',
    summary: 'State of the application, the runners and the cluster',
    answers: [json(tileList)],
  },
  async () => ({
    tiles: await loadHomeTiles(),
  }),
);
