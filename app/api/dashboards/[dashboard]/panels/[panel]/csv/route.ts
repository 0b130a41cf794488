import { loadCsv } from '@/lib/dashboards/query/load-csv';
import { dashboardQuery, panelParams } from '@/lib/dashboards/contract';
import { content } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'dashboard:read',
    route: '/api/dashboards/{dashboard}/panels/{panel}/csv',
    summary: 'All series of a panel as CSV',
    params: panelParams,
    query: dashboardQuery,
    answers: [content('text/csv', 'a column a series, a line an instant')],
  },
  async ({ params: { dashboard, panel }, query, request }) => {
    const text = await loadCsv(dashboard, panel, query, Date.now(), request.signal);
    return new Response(text, {
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="${dashboard}-${panel}.csv"`,
      },
    });
  },
);
