import { handle } from '@/lib/http/inbound';
import { loadTiles } from '@/lib/dashboards/tiles';

export const GET = handle({ access: 'dashboard:read', route: '/api/dashboards' }, async () => ({ tiles: await loadTiles() }));
