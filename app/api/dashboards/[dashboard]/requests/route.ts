import { listedBelow } from '@/lib/dashboards/query/load';
import { behindQuery, dashboardParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownRequests } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/requests',
    params: dashboardParams,
    query: behindQuery,
  },
  ({ params, query, request }) =>
    loadDrilldownRequests(listedBelow(params.dashboard, query, Date.now()), request.signal),
);
