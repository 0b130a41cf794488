import { loadHomeTiles } from '@/lib/pages/home';
import { handle } from '@/lib/http/inbound';

export const GET = handle({ access: 'dashboard:read', route: '/api/dashboards' }, async () => ({
  tiles: await loadHomeTiles(),
}));
