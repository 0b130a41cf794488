import { loadTilesWithAlerts } from '@/lib/alerts/load';
import { handle } from '@/lib/http/inbound';

export const GET = handle({ access: 'dashboard:read', route: '/api/dashboards' }, async () => ({
  tiles: await loadTilesWithAlerts(),
}));
