import { listDrilldown } from '@/lib/dashboards/query/drilldown';
import { drilldownQuery, dashboardParams } from '@/lib/dashboards/contract';
import { drilldownRequests } from '@/lib/requests/explore/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownRequests } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/requests',
    summary: 'Requests that a dashboard lists below its panels',
    params: dashboardParams,
    query: drilldownQuery,
    answers: [json(drilldownRequests)],
  },
  ({ params, query, request }) =>
    loadDrilldownRequests(listDrilldown(params.dashboard, query, Date.now()), request.signal),
);
