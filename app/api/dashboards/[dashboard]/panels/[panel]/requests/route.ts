import { behindPanel } from '@/lib/dashboards/query/load';
import { behindQuery, panelParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownRequests } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/requests',
    params: panelParams,
    query: behindQuery,
  },
  ({ params, query, request }) =>
    loadDrilldownRequests(
      behindPanel(params.dashboard, params.panel, query, Date.now()),
      request.signal,
    ),
);
