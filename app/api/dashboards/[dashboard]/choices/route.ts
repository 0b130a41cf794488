import { loadChoices } from '@/lib/dashboards/query/load';
import { choicesQuery, dashboardParams } from '@/lib/dashboards/contract';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/choices',
    params: dashboardParams,
    query: choicesQuery,
  },
  ({ params, query, request }) => loadChoices(params.dashboard, query, request.signal),
);
