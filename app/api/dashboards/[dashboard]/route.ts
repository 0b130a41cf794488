import { loadDashboardPage } from '@/lib/pages/dashboard';
import { dashboardParams, dashboardQuery } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';
import { ndjson } from '@/lib/http/ndjson';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}',
    params: dashboardParams,
    query: dashboardQuery,
  },
  async ({ params, query, request }) => {
    const load = (signal: AbortSignal, emit?: (part: object) => void) =>
      loadDashboardPage(params.dashboard, query, {
        nowMs: Date.now(),
        signal,
        ...(emit && { emit }),
      });
    if (request.headers.get('accept')?.includes('application/x-ndjson'))
      return ndjson((write, signal) => load(signal, write), request.signal);
    return load(request.signal);
  },
);
