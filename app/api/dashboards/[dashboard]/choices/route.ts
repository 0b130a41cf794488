import { loadChoices } from '@/lib/dashboards/query/load-choices';
import { selectionQuery, dashboardParams, choiceList } from '@/lib/dashboards/contract';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/choices',
    summary: 'The values each parameter of a dashboard can have',
    params: dashboardParams,
    query: selectionQuery,
    answers: [json(choiceList)],
  },
  ({ params, query, request }) => loadChoices(params.dashboard, query, request.signal),
);
