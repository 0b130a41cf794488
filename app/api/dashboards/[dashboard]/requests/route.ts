import { listDrilldown } from '@/lib/dashboards/query/drilldown';
import { drilldownQuery, dashboardParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownRequests } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/requests',
    params: dashboardParams,
    query: drilldownQuery,
  },
  ({ params, query, request }) =>
    loadDrilldownRequests(listDrilldown(params.dashboard, query, Date.now()), request.signal),
);
