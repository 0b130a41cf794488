import { alertSurface } from '@/lib/alerts/openapi';
import { dashboardSurface } from '@/lib/dashboards/openapi';
import { handle } from '@/lib/http/inbound';
import { openapi } from '@/lib/requests/openapi';

export const GET = handle({ access: 'public', route: '/api/openapi.json' }, async () =>
  openapi(alertSurface(), dashboardSurface()),
);
