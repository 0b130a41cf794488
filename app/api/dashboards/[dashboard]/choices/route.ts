import { loadChoices } from '@/lib/dashboards/query/load-choices';
import { selectionQuery, dashboardParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/choices',
    params: dashboardParams,
    query: selectionQuery,
  },
  ({ params, query, request }) => loadChoices(params.dashboard, query, request.signal),
);
