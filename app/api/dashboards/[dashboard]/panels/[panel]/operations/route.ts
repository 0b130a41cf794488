import { panelDrilldown } from '@/lib/dashboards/query/drilldown';
import { drilldownQuery, panelParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownOperations } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/operations',
    params: panelParams,
    query: drilldownQuery,
  },
  ({ params, query, request }) =>
    loadDrilldownOperations(
      panelDrilldown(params.dashboard, params.panel, query, Date.now()),
      request.signal,
    ),
);
