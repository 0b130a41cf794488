import { panelDrilldown } from '@/lib/dashboards/query/drilldown';
import { drilldownQuery, panelParams } from '@/lib/dashboards/contract';
import { drilldownRequests } from '@/lib/requests/explore/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownRequests } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/requests',
    summary: 'Requests behind a panel, or behind one point of it',
    params: panelParams,
    query: drilldownQuery,
    answers: [json(drilldownRequests)],
  },
  ({ params, query, request }) =>
    loadDrilldownRequests(
      panelDrilldown(params.dashboard, params.panel, query, Date.now()),
      request.signal,
    ),
);
