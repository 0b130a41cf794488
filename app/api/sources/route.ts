import { loadAlertHealth } from '@/lib/alerts/intake/alert-health';
import { handle } from '@/lib/http/inbound';
import { sourceHealth } from '@/lib/telemetry/health';

export const GET = handle(
  { access: 'source:read', route: '/api/sources' },
  async ({ request }) => ({
    sources: await sourceHealth(request.signal),
    alerts: await loadAlertHealth(),
  }),
);
