import { panelDrilldown } from '@/lib/dashboards/query/drilldown';
import { drilldownQuery, panelParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownRequests } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/requests',
    params: panelParams,
    query: drilldownQuery,
  },
  ({ params, query, request }) =>
    loadDrilldownRequests(
      panelDrilldown(params.dashboard, params.panel, query, Date.now()),
      request.signal,
    ),
);
