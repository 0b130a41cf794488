import { listedBelow } from '@/lib/dashboards/load';
import { behindQuery, dashboardParams } from '@/lib/dashboards/schema';
import { handle } from '@/lib/http/inbound';
import { loadBehind } from '@/lib/request-view/behind';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/requests',
    params: dashboardParams,
    query: behindQuery,
  },
  ({ params, query, request }) =>
    loadBehind(listedBelow(params.dashboard, query, Date.now()), request.signal),
);
