import { panelDrilldown } from '@/lib/dashboards/query/drilldown';
import { drilldownQuery, panelParams } from '@/lib/dashboards/contract';
import { drilldownOperations } from '@/lib/requests/explore/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { loadDrilldownOperations } from '@/lib/requests/explore/drilldown';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/operations',
    summary: 'Where the time of the requests behind a panel went',
    params: panelParams,
    query: drilldownQuery,
    answers: [json(drilldownOperations)],
  },
  ({ params, query, request }) =>
    loadDrilldownOperations(
      panelDrilldown(params.dashboard, params.panel, query, Date.now()),
      request.signal,
    ),
);
