import { behindPanel } from '@/lib/dashboards/query/load';
import { behindQuery, panelParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownOperations } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/operations',
    params: panelParams,
    query: behindQuery,
  },
  ({ params, query, request }) =>
    loadDrilldownOperations(
      behindPanel(params.dashboard, params.panel, query, Date.now()),
      request.signal,
    ),
);
