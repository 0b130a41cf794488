import { loadDashboardPage } from '@/lib/pages/dashboard';
import { dashboardParams, dashboardQuery } from '@/lib/dashboards/contract';
import { dashboardPage, dashboardPagePart } from '@/lib/pages/contract';
import { json, ndjson } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { ndjsonResponse } from '@/lib/http/ndjson';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}',
    summary: 'The panels of a dashboard as series',
    params: dashboardParams,
    query: dashboardQuery,
    answers: [json(dashboardPage), ndjson(dashboardPagePart)],
  },
  async ({ params, query, request }) => {
    const load = (signal: AbortSignal, emit?: (part: object) => void) =>
      loadDashboardPage(params.dashboard, query, {
        nowMs: Date.now(),
        signal,
        ...(emit && { emit }),
      });
    if (request.headers.get('accept')?.includes('application/x-ndjson'))
      return ndjsonResponse((write, signal) => load(signal, write), request.signal);
    return load(request.signal);
  },
);
