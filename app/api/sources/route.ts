import { loadAlertHealth } from '@/lib/alerts/intake/alert-health';
import { sourcesPage } from '@/lib/pages/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { sourceHealth } from '@/lib/telemetry/health';

export const GET = handle(
  {
    method: 'GET',
    access: 'source:read',
    route: '/api/sources',
    summary: 'Health of every source, and of what sends alerts',
    answers: [json(sourcesPage)],
  },
  async ({ request }) => ({
    sources: await sourceHealth(request.signal),
    alerts: await loadAlertHealth(),
  }),
);
