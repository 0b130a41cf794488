import { listedBelow } from '@/lib/dashboards/query/load';
import { behindQuery, dashboardParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownOperations } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/operations',
    params: dashboardParams,
    query: behindQuery,
  },
  ({ params, query, request }) =>
    loadDrilldownOperations(listedBelow(params.dashboard, query, Date.now()), request.signal),
);
