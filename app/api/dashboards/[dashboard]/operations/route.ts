import { listDrilldown } from '@/lib/dashboards/query/drilldown';
import { drilldownQuery, dashboardParams } from '@/lib/dashboards/contract';
import { drilldownOperations } from '@/lib/requests/explore/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownOperations } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/operations',
    summary: 'Where the time of the listed requests went',
    params: dashboardParams,
    query: drilldownQuery,
    answers: [json(drilldownOperations)],
  },
  ({ params, query, request }) =>
    loadDrilldownOperations(listDrilldown(params.dashboard, query, Date.now()), request.signal),
);
